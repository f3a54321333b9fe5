"""Vocabulary of the edits that look like old film stock."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="noir",
        things=phrases(
            """
            a film noir; a black and white movie; a 1940s detective film; a grayscale picture; a monochrome photograph;
            a silent movie; a dark black and white thriller; a classic black and white film still; a gangster movie from
            the thirties; a b&w photo
            """
        ),
        looks=phrases(
            """
            black and white; monochrome; grayscale; film noir; colorless with deep shadows; dramatic in black and white;
            hue-free and contrasty; monochromatic; devoid of color
            """
        ),
        acts=phrases(
            """
            remove all color; convert it to black and white; desaturate everything; make it grayscale; drain the colors
            and crush the shadows; shoot it like a hard-boiled detective film; take the color out of the video; strip
            away all hues; set the saturation to zero; make it black-and-white
            """
        ),
        details=phrases(
            """
            high contrast black and white; deep black shadows and hard light; only black, white and gray tones; the
            moody contrast of old detective movies; stark monochrome lighting; no color at all and hard contrast
            """
        ),
        sayings=phrases(
            """
            noir; film noir; b&w; bw; b/w; black and white; black & white; black n white pls; balck and white;
            monochrome; greyscale; grayscale; grey scale; desaturated; no color; gritty crime movie from the forties;
            like a humphrey bogart movie; sin city without the red; private eye in a rainy city; dramatic monochrome,
            heavy shadows; ansel adams style black and white; old hollywood black and white; noir film, high contrast,
            shadows; make everything black and white; i want it to look like casablanca; grey tones only; make the video
            colorless; can you do black and white?; moody, contrasty, monochrome; dark detective story; shades of gray;
            like a charlie chaplin film; gangster movie from the thirties; mobster film, black and white; femme fatale
            scene; hardboiled; bogart and bacall; the maltese falcon; double indemnity; chiaroscuro, black and white;
            black and white cinema; achromatic; hitchcock black and white; no hues, just gray; strip the color; old
            black and white tv drama; monochromatic; lose the color; tri-x film; colourless picture; smoky detective
            office; harsh black and white lighting; black-and-white film; a world without color; the third man; crime
            drama in shadows; kill the saturation; saturation zero; black and white photography; shadowy 1930s gangster
            flick without colour; i'd love a bogart era look; strip out the hues and boost contrast; monochromatic,
            brooding, smoky; black-and-white cinema; turn me into a detective from an old crime picture; grayscale with
            harsh lighting; private detective; whodunit in shadows; monochrome with dramatic lighting; all color
            removed; take away the colors; b/w movie; b&w drama; shadows and light only, no hue; black and white with
            deep blacks; an old black and white crime film; i want to look like a detective in a 1940s movie; could you
            take every bit of colour out of the whole video?; as if colour film had not been invented; replace all
            colours by greys; leave only light and shadow; the colours should disappear completely; drain the picture of
            colour, keep deep blacks; like a scene where a private eye lights a cigarette; so that it looks like an
            orson welles picture; venetian blind shadows and no colour; my face half in black shadow, no hues; make my
            room look like the office of philip marlowe; turn the whole image into black, white and grey; hard light,
            ink-black shadows, zero colour; everything grey and dramatic, me included; raging bull cinematography;
            psycho shower scene in black and white; citizen kane; the lighthouse movie look; roma movie, black and
            white; clerks in black and white; i want my webcam to be a black and white camera; shoot this on black and
            white film; mute all colours to nothing and deepen the shadows; like television before colour, with dark
            shadows; a dame walks into my office, black and white; leica street photography without colour; no red, no
            green, no blue, only tones of grey; bleak and colourless like a crime story; rain, trench coat, cigarette
            smoke, black and white; the entire frame in monochrome; no colors, black and withe; what if this was a crime
            movie from 1945?; the color goes away, the shadows get black; only gray tones and hard lamps; give me the
            black and white treatment; a spy thriller before color film
            """
        ),
        mild=phrases("a bit less color, almost black and white; slightly desaturated, towards gray"),
        places=phrases(
            """
            chicago in 1940; a detective's office; casablanca; a foggy pier in an old crime film; los angeles in a
            raymond chandler novel
            """
        ),
    ),
    EditWords(
        name="sepia",
        things=phrases(
            """
            a sepia photograph; an old western photo; a daguerreotype; a brown-toned antique photograph; a victorian
            portrait; a photo from the 1800s; a yellowed century-old picture; a wild west wanted poster photo; a tintype
            from the frontier; a browned paper print
            """
        ),
        looks=phrases(
            """
            sepia; sepia toned; brown and antique; tinted brown; like a nineteenth century photo; brownish monochrome;
            toned like old brown paper; sepia colored
            """
        ),
        acts=phrases(
            """
            apply a sepia tone; tint everything brown; turn all colors into warm brown shades; age it like a victorian
            photograph; tone the picture in sepia; make it look like my great-grandparents' photo album
            """
        ),
        details=phrases(
            """
            warm brown monochrome tones; only shades of brown and cream; the brown tint of antique photographs; sepia
            coloring; the yellow-brown tone of very old prints
            """
        ),
        sayings=phrases(
            """
            sepia; sepia tone; sepia filter; sepia pls; seppia; brown tint; brown tone; old west; wild west; western
            movie photo; make it look like an old western photo; old timey brown photo; 1890s photograph; turn of the
            century photo; antique photo; like a civil war photograph; saloon photo with cowboys; red dead redemption
            old photograph; brown, aged, antique; photo from great grandma's attic; brownish old fashioned picture;
            coffee colored picture; can you make it sepia?; give it that sepia look; old brown picture; historic
            photograph, brown; tea stained photograph; nineteenth century portrait; everything in brown tones; gold rush
            era photo; ancient family portrait, brown ink; frontier town photo; tintype portrait; ferrotype; browned
            paper print; sepia wash; sepia toned movie; billy the kid photograph; jesse james era; brown vintage
            portrait; nostalgic brown monochrome; tobacco brown; chestnut tint; cowboys of the old frontier; 1850
            portrait studio; 1910 family photograph; sepia colored; bronze toned picture; old parchment color; brownish
            tint; yellowed antique print; caramel tones; edwardian photo; great grandfather in uniform, sepia; ken burns
            civil war documentary; steam age photograph; grandparents' wedding, brown photo; like a tintype from the
            frontier days; brown vintage photograph from 1880; my picture should resemble grandfather's sepia portrait;
            cowboy era snapshot in brown; toned like antique paper; tobacco brown old-fashioned photography; give the
            frames a sepia wash; i want to look like a cowboy on an old brown photograph; could you tone my picture
            brown like an ancient photo?; as if this was taken by a travelling photographer in 1870; replace all colours
            with shades of brown; everything should turn the colour of tea; leave only brown and cream; like the
            portrait of a sheriff on a saloon wall; colours of coffee and old paper; make my room look like a parlour in
            1890; the whites go cream, the shadows go chestnut; my ancestors' photograph from the attic, brown with age;
            drain the colours and stain it with tea; a brown print in an oval frame; swap colour for warm brown tones;
            as though soaked in coffee; like the first photographs ever made, brownish; immigrants at ellis island,
            brown photo; an outlaw's portrait from tombstone; butch cassidy opening scene in brown; boardwalk in 1905,
            brown picture; dickens era portrait photograph; the wright brothers' first flight photo; photo of a steam
            locomotive crew, brown; a pharaoh's tomb expedition photo from 1922, browned; in the tones of old leather;
            cinnamon and cream tones only; the picture should be brown all over; brown like a cigar box; monochrome, but
            brown rather than grey; aged to brown, as from a family album of 1900; could you make it look like my
            great-great-grandmother's wedding picture?; brown and white photograph; sepia colours like in an antique
            shop; klondike gold diggers photograph; turn back the clock to 1880, brown tones; the brown of ancient
            newspapers and letters; sepia toning bath, please; seipa please; what if this photo was from 1865?; brown
            instead of color; abraham lincoln era photograph; the color of old brown paper; photographed with a wooden
            box camera, brown print
            """
        ),
        mild=phrases("a light brown tint; just a touch of sepia"),
        places=phrases(
            """
            the wild west; a saloon in 1880; dodge city; a gold rush town; the victorian age; the world of my
            great-grandparents
            """
        ),
    ),
    EditWords(
        name="vintage",
        things=phrases(
            """
            a faded 1970s photo; a vintage polaroid; a super 8 home movie; an old kodachrome slide; a retro film
            photograph; a washed out analog photo; a seventies family snapshot; a throwback snapshot; an instant camera
            picture; a road trip photo from 1974
            """
        ),
        looks=phrases(
            """
            vintage; retro and faded; like a seventies photo; washed out like old color film; analog and nostalgic;
            faded like a polaroid; nostalgic; analogue; like a sun-bleached snapshot
            """
        ),
        acts=phrases(
            """
            fade the colors like an old color photo; give it a seventies film look; make it look like it was shot on
            super 8; apply a retro film stock; age the colors like a polaroid; make it look like my parents' holiday
            slides; bleach it like an old snapshot; make it nostalgic like home movies
            """
        ),
        details=phrases(
            """
            faded colors and lifted blacks; the soft washed-out color of old film; warm faded kodak colors; a nostalgic
            retro color cast; the creamy tones of expired film
            """
        ),
        sayings=phrases(
            """
            vintage; vintage film; vintage color; vintge look; retro; retro film; 70s; 70s film; 1970s; 60s holiday
            photo; seventies; polaroid; kodachrome; kodak portra; super 8; super8 home video; old color film; analog
            film; instagram 2012 filter; lomography; expired film; faded; faded retro colors; washed out colors;
            nostalgic home movie; wes anderson pastel retro look; that 70s show; retro vibe, faded, soft; make it look
            like a disposable camera photo; could you give it a retro film look?; hippie era snapshot; woodstock
            footage; looks like grandpa's color slides; 35mm film look; 1976; 1968; early color photography; kodak;
            kodak film; fuji superia; old film look; old color photo; old photo album in color; bleached colors;
            sun-bleached photo; sun-faded photo; analogue; analogue photo; cheap film camera; instant photo; instant
            camera; polaroid from 1978; throwback; throwback photo; childhood memories on film; retro photo; retro
            colors; nostalgia; nostalgic; family vacation 1974; cine film; 16mm home movie; 8mm film; technicolor faded;
            hipster filter; disco era; muted retro colors; mid-century color photo; faded memories; vintage postcard
            colors; snapshots from a 1976 road trip; old kodak film colors, bleached; retro analogue photo feel; like
            home footage from my mother's childhood in the seventies; sun-faded print from a photo album; throwback film
            stock; a nostalgic faded film aesthetic; i want to look like my parents did in their holiday pictures; could
            you make it look like a photo from a shoebox of the seventies?; as if it was shot on cheap colour film in
            1972; replace the crisp digital colours with faded film colours; blacks should go milky and colours pale;
            like a slide show at grandma's with kodak slides; so that it feels like a home movie of 1969; my room as a
            polaroid that lay in the sun; warm, pale and faded as an old colour print; make my kitchen look like 1975;
            swap modern video for a super 8 reel; like a record cover of a folk singer from 1971; a picture that hung in
            the sun for thirty years; the red fades, the shadows get milky; as though developed on expired film; the
            colours should be washed out like on an old holiday snap; almost famous movie look; the virgin suicides
            dreamy film; the wonder years opening; once upon a time in hollywood 1969; mamas and papas album cover; abba
            in 1976; flower power era photo; on a campsite in 1973, colour slide; my childhood album, faded colour
            prints; take away the digital sharpness, give it old film stock; colour negative film from a flea market
            camera; instamatic snapshot; agfa colour film; orwo film colours; nostalgic tones of a colour photo from
            1965; hipster photo app, faded; could this be a memory from the seventies?; bleach the colours like a
            forgotten photo in a shop window; vintge film colors; what if it was 1973?; old color film from a drugstore;
            my dad's slides from the seventies; faded like a forgotten color print; colors like on a polaroid
            """
        ),
        mild=phrases("a little faded; a hint of retro film color; slightly vintage"),
        places=phrases(
            """
            woodstock; a road trip in 1974; my parents' wedding in the seventies; a holiday camp in 1968; a disco in
            1977
            """
        ),
    ),
)

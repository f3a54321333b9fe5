"""Vocabulary of the edits that look like another camera or film stock."""

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
            deep blacks; an old black and white crime film
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
            frames a sepia wash
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
            stock; a nostalgic faded film aesthetic
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
    EditWords(
        name="night_vision",
        things=phrases(
            """
            a night vision view; footage from night vision goggles; a green military night scope; a nightshot camcorder
            video; a green phosphor display of a night scope; a soldier's goggles at night; a green military camera at
            night; an army night patrol video
            """
        ),
        looks=phrases(
            """
            green like night vision; night vision green; as seen through night vision goggles; green and grainy like a
            night scope; military green; tactical green
            """
        ),
        acts=phrases(
            """
            switch on night vision; show it through night vision goggles; make it green like a military night scope;
            amplify the light like a starlight scope; view it through green nvg; use night vision mode; put on the night
            goggles; let me see in the dark like a soldier
            """
        ),
        details=phrases(
            """
            bright green phosphor tones; the green glow of night vision goggles; amplified green light in the dark; only
            shades of green like nvg; a green tactical night sight image
            """
        ),
        sayings=phrases(
            """
            night vision; nightvision; night-vision; night vison; nvg; nv goggles; night vision goggles; green night
            vision; night scope; military goggles; special forces raid at night; green goggles; call of duty night
            mission; splinter cell goggles; paranormal activity night cam; ghost hunting camera green; zero dark thirty
            raid; green monochrome like army goggles; nightshot mode; wildlife camera at night, green; green phosphor,
            tactical, night sight; starlight scope; image intensifier; turn on the night vision please; sniper scope in
            the dark; green tinted night camera; how would it look through night vision?; soldier night vision view;
            seal team night goggles; everything green like nvgs; low light military camera; nvd; night optical device;
            green infrared spotlight camera; gen 3 night vision; commando raid in green; army night patrol; green helmet
            camera at night; black ops goggles; navy seals; stealth game goggles; metal gear night goggles; rainbow six
            night vision; trail camera in the dark; hunting scope at night; spy goggles; see in the dark; seeing in the
            dark like a soldier; green light amplifier; light amplification; bodycam of a night raid; green glowing
            night footage; eyes glowing green in the dark; pilot's night goggles; desert storm night footage; gulf war
            green video; blair witch green camera; tactical green; all green, low light; green military camera;
            surveillance in the dark, green tint; as a commando would see in the dark, all green; green-tinted
            surveillance of a midnight patrol; nvg feed from a helicopter pilot; put night-vision optics on the camera;
            military green low-light goggles; trail cam green at night; view like in a stealth game with goggles on
            """
        ),
        mild=phrases("a faint night vision green; slightly green like a night scope"),
        places=phrases(
            """
            a commando raid at night; a dark battlefield; a haunted house filmed by ghost hunters; a spy mission in the
            dark
            """
        ),
    ),
    EditWords(
        name="thermal",
        things=phrases(
            """
            a thermal camera image; a heat map; a heat vision view; an infrared thermography picture; the predator's
            heat vision; a thermal imaging scan; a flir camera video; a heat scan; a thermogram; a thermal drone video
            """
        ),
        looks=phrases(
            """
            thermal; like a heat map; colored by temperature; like heat vision; in thermal false colors; hot and cold
            colored; thermographic; heat mapped; false-colored by heat
            """
        ),
        acts=phrases(
            """
            show the body heat; show it through a thermal camera; map the brightness to heat colors; switch to heat
            vision; color everything by its temperature; visualize the heat; make it look like thermal imaging; scan the
            heat; turn on the thermal camera; paint hot things yellow and cold things purple
            """
        ),
        details=phrases(
            """
            false colors from cold blue to hot yellow; purple, orange and yellow heat colors; warm things glowing yellow
            and white; a temperature color map; the rainbow of a heat camera; hot spots glowing
            """
        ),
        sayings=phrases(
            """
            thermal; thermal camera; thermal vision; thermal imaging; therml camera; heatmap; heat map; heat vision;
            heat camera; heat signature; infrared heat; flir; thermography; predator vision; like the predator sees me;
            body heat scanner; temperature view; thermal cam pls; police helicopter heat camera; firefighter heat
            camera; inferno color map; hot is yellow, cold is purple; heat sensor image; thermal false color, orange,
            purple; fever scanner at the airport; where is it warm and where is it cold?; ironbow palette; warmth made
            visible; building heat loss scan; thermal goggles; show heat signatures; infrared thermometer picture;
            infrared heat camera; heat-seeking; heat seeking missile view; heat scan; heat scanner; temperature map;
            temperature colors; temperature camera; show temperatures; warm bodies; warm body glowing; hot and cold;
            hotspots; thermogram; thermographic; thermographer; thermal scope; thermal drone footage; thermal picture;
            body temperature; calorimeter colors; ir thermometer view; heat image; heat radiation; rainbow heat colors;
            false-color heat; predator; predator movie alien view; yellow hot, purple cold; plasma colormap; color by
            temperature; warm skin in yellow, cold wall in blue; render temperatures as colors; what a heat-seeking
            missile sees; infrared heat picture, yellow for warm bodies; see me through a thermographic lens;
            false-color heat imagery; warm skin should glow, cold walls should be purple; make a heat scan of the room
            """
        ),
        mild=phrases("a faint heat map; slightly thermal colors"),
        places=phrases(
            """
            the view of the predator; the screen of a police helicopter; a firefighter's camera; the eyes of a snake
            hunting by heat
            """
        ),
    ),
    EditWords(
        name="xray",
        things=phrases(
            """
            an x-ray image; a photo negative; a radiograph; an inverted picture; a film negative; a hospital x-ray; a
            luggage scanner picture; a negative of a photo; an inverted image
            """
        ),
        looks=phrases(
            """
            inverted; like an x-ray; negative; as a photographic negative; with all tones reversed; color-inverted;
            x-rayed; reversed
            """
        ),
        acts=phrases(
            """
            invert the colors; turn it into a negative; swap light and dark; x-ray the scene; reverse all tones; make
            white black and black white; flip dark and bright; turn every color into its opposite; exchange black and
            white; develop it as a negative
            """
        ),
        details=phrases(
            """
            inverted tones; dark and light exchanged; the pale glow of an x-ray; reversed brightness; negative film
            tones; bones glowing on a radiology screen
            """
        ),
        sayings=phrases(
            """
            xray; x-ray; x ray; xray pls; x-rays; roentgen; radiograph; radiology; negative; photo negative; film
            negative; color negative; invert; inverted; invert colors; invert colours; inverted colors; inverse; reverse
            the colors; x-ray scan at the doctor; airport security scanner; see through me like an x-ray machine;
            skeleton scan; negitive image; undeveloped film strip; opposite colors; make bright things dark and dark
            things bright; white becomes black; how would it look as an x-ray?; medical scan, inverted; ct scan; strange
            inverted world; darkroom negative; inversion; color inversion; colors inverted; invert image; invert it;
            inverted tones; inverted negative; reversed; reversed colors; reverse video; negative colors; negative of a
            photo; neg film; flip the colors; complementary colors; swap black and white; light is dark, dark is light;
            day-glo opposite negative; x-ray vision; x-ray film; x-ray plate; x-ray photograph; broken bone x-ray;
            dentist x-ray; luggage scanner; hospital scan; bones; skeleton; skull x-ray; radiologist; mri; developed
            negative; upside-down brightness; photographic negative; anti color; like an airport luggage x-ray; flip
            every color to its opposite; show the picture as a developed negative; reverse black and white values;
            doctor's radiography plate; colour inversion; what was bright should turn dark
            """
        ),
        graded=False,
        places=phrases(
            """
            the radiology department; an airport baggage scanner; a world where light and dark are swapped; a dentist's
            picture
            """
        ),
    ),
)

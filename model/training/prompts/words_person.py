"""Vocabulary of the edits that treat the person and the background differently."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="bg_blur",
        things=phrases(
            """
            a video call with a blurred background; a portrait mode photo; a shot with shallow depth of field; a
            portrait with bokeh; a picture with an out-of-focus background; a portrait lens shot; a conference call with
            blur behind the speaker
            """
        ),
        looks=phrases(
            """
            blurry behind me; sharp on the person and soft behind; shallow in focus; portrait mode; fuzzy behind me;
            defocused in the background; crisp in front and blurry behind
            """
        ),
        acts=phrases(
            """
            blur the background; blur everything behind me; put the background out of focus; keep me sharp and blur the
            rest; hide my room with blur; focus only on the person; add bokeh behind me; soften the room behind the
            speaker; use a shallow depth of field; make my room fuzzy; defocus what is behind the person; throw the
            surroundings out of focus; make the room unrecognizable by blur
            """
        ),
        details=phrases(
            """
            a blurred background; creamy bokeh behind the person; an out-of-focus room; a soft background and a sharp
            face; shallow depth of field
            """
        ),
        sayings=phrases(
            """
            blur background; background blur; blurred background; blurry background; blured backround; bg blur; blur bg;
            blur; bokeh; bokeh background; portrait mode; depth of field; shallow dof; shallow focus; out of focus
            background; defocus the background; soft focus room; zoom background blur; teams blur; like zoom's blur;
            iphone portrait mode; 85mm f1.4 portrait; dslr look with blurry background; hide my messy room; don't show
            my room clearly; i don't want people to see my room; make the background blurry please; can you blur what's
            behind me?; person sharp, background blurred; privacy blur; blur teh background; unsharp background; frosted
            background; smear out everything except me; fast lens look, blurry backdrop; blurred backdrop; blurred room;
            blurred surroundings; blurry backdrop; blurry room; blurry surroundings; blur my room; blur my background;
            blur behind me; blur out the background; blur the room; blur the rest; background blurred; background
            blurry; background out of focus; background defocus; backgroundblur; backdrop blur; defocus; defocused
            background; fuzzy background; soft background; soft backdrop; soft bokeh; bokeh effect; bokeh lens; portrait
            lens; portrait blur; portrait mode blur; lens blur; gaussian blur on the background; gaussian blur behind
            the person; wide aperture; f1.8; f/1.4 lens; face in focus; focus on me; focus on the face; focus on the
            speaker; only me in focus; me sharp, rest blurry; video conference blur; meet blur; skype background blur;
            google meet blur; dreamy blurry background; make what is behind me fuzzy; defocus my room but keep my face
            crisp; bokeh effect like a portrait lens; blurred backdrop for a video conference; background out-of-focus;
            nobody should recognize my room, blur it; soft blurry surroundings around the speaker; i want to look like a
            portrait taken with an expensive lens; could you make my messy room unreadable behind me?; as if the camera
            focused on my face alone; replace the sharp background by a soft one; my face crisp, the shelf behind me
            fuzzy; so that nobody can read the whiteboard behind me; make my room look out of focus; i'm in a shared
            office, blur my colleagues behind me; my flatmate walks around, please blur what's behind; swap the clear
            background for bokeh; as though shot with an 85 mm at f1.2; laundry behind me, can you hide it with blur?;
            only my face needs to be sharp; everything behind the speaker goes soft; the depth of field should be
            shallow; smooth out what's at my back; protect my privacy and soften the room; the kids are playing behind
            me, blur them; same room, but fuzzy; lights in the back become soft discs; focus stays on the person,
            surroundings dissolve; like the portrait setting on my phone; no details behind my shoulders, blur it; make
            the wall and shelf behind me indistinct; soft-focus background, sharp foreground; let my bookshelf melt into
            blur; teams-like background softening; wash out the details of my room with a lens blur; the background
            unsharp, me not; blurr my backround; what's behind me should be blurred; only the person sharp; a blurry
            room behind a sharp face; no one should see my room, blur it; soft bokeh lights behind me
            """
        ),
        mild=phrases("blur the background a little; a slightly soft background"),
        places=phrases(
            """
            a portrait studio with a wide open lens; a zoom call with the blurred room; an interview with a soft
            background
            """
        ),
    ),
    EditWords(
        name="green_screen",
        things=phrases(
            """
            a green screen recording; a shot in front of a green screen; a chroma key shot; a video with a solid green
            background; a keyable recording; a person cut out on green; a studio with a green wall
            """
        ),
        looks=phrases(
            """
            keyed on green; green behind me; ready for chroma key; pure green behind the person; cut out on green;
            keyable
            """
        ),
        acts=phrases(
            """
            replace the background with a green screen; make the background solid green; put a green screen behind me;
            remove my room and show plain green; prepare it for chroma keying; cut me out onto green; paint the
            background flat green; swap the background for chroma green; hide the room behind a green screen; isolate me
            on green; erase my surroundings and fill them with green; give me a keyable backdrop; replace the room by
            pure green; key out my room
            """
        ),
        details=phrases(
            """
            a solid green background; a chroma key backdrop; plain bright green behind the person; a green screen behind
            me; a uniform green wall
            """
        ),
        sayings=phrases(
            """
            green screen; greenscreen; green-screen; grean screen; gren screen pls; green background; green backdrop;
            green bg; bg green; chroma key; chromakey; chroma green; chroma; key green background; solid green
            background; virtual green screen; keying backdrop; background removal; remove background; remove the
            background; background removed, green instead; cut out the person; cutout on green; isolate the person;
            weather man studio backdrop; movie studio green wall; so that i can key it in obs; person only, green
            everywhere else; can you make the background green?; fake green screen behind me; everything green except
            me; green wall behind the streamer; delete my room; green studio background for compositing; green screen
            effect; green screen me; green screen background; green screen studio; green screen wall; greenscreen me;
            green-screen background; green studio; green studio wall; green wall; green wall behind me; green cloth
            behind me; green curtain; green sheet; green canvas behind; pure green background; plain green background;
            flat green background; bright green background; full green background; background green; background to
            green; background = green; make bg green; chroma key background; chroma-key; chroma-key green; chroma
            backdrop; chroma wall; keying; keying green; key out my room; keyed; keyable background; compositing green;
            composite; matte for compositing; vfx background; vfx green; cut me out; cutout; cut-out on green; erase the
            background; erase my room; replace background; replace the room with green; swap background to green;
            without background; no background; transparent background; obs key; only me on green; give me a chroma-key
            background; put me before a green wall for keying; replace my room by pure green; green studio screen behind
            the person; erase the surroundings and fill them with green; background to green so i can composite it; fake
            a greenscreen; i want to cut myself out later in obs, so give me green behind me; could you put a plain
            green wall behind me?; as if i stood in a film studio before green cloth; replace what's behind me with flat
            green; everything but me should be pure green; so that i can key the background out; make my room disappear
            into green; like the weather lady before the map is added; swap my room for a chroma colour; as though my
            wall was painted key green; the room turns solid green, i stay; i need a green area behind me for
            compositing; only the person, the rest #00ff00; rgb 0 255 0 behind me; delete what is behind me and fill it
            in green; behind the scenes at a blockbuster, green cloth all around; prepare me for keying in premiere; a
            backdrop my editing program can remove; i'll add another background afterwards, make it green; green
            everywhere except for the person; fill the background with one uniform green; after effects keylight ready;
            the actor in front of the green cloth; extract me onto green; my shelf should vanish, show green instead;
            hang a green sheet behind my chair; davinci resolve key green; could the wall behind me be chroma coloured?;
            cut along my outline and make the outside green; alpha mask as green; vtuber green background; replace
            curtain, shelf and wall by a single green; greenscrene please; what's behind me should be green; pure green
            where my room is; a background to key out; green wall for obs; cut me out and fill the rest with green
            """
        ),
        graded=False,
        places=phrases(
            """
            a film studio with a green wall; the set of a weather forecast; a set for visual effects
            """
        ),
    ),
    EditWords(
        name="bg_mono",
        things=phrases(
            """
            a portrait in color on a gray background; a selective color photo; a color splash picture; a shot where only
            the person has color; a spot color photo; a gray room with a colorful speaker
            """
        ),
        looks=phrases(
            """
            colorless behind me; gray except for the person; black and white around the person; color splashed;
            grayscale behind the speaker; gray all around the person; color isolated on the person
            """
        ),
        acts=phrases(
            """
            make the background black and white; keep only the person in color; desaturate the background; remove the
            color behind me; turn everything gray except me; keep me in color and make the rest black and white; use
            selective color on the person; make the room gray and leave me colorful; take the color out of the
            background; make only the background monochrome; gray out the surroundings; leave people colored and
            everything else gray; bleach the color from the backdrop; isolate the person's color
            """
        ),
        details=phrases(
            """
            a black and white background and a person in color; a gray background behind a colorful person; selective
            color; a monochrome room behind me; color only on the person
            """
        ),
        sayings=phrases(
            """
            color splash; colour splash; colorsplash; selective color; selective colour; selective desaturation; color
            pop; black and white background; b&w background; bw background; background bw; grayscale background;
            monochrome background; desaturated background; background in black and white; backround black and white;
            only me in color; only people in color; person in color, background gray; i stay in color, the rest is black
            and white; pleasantville effect; schindler's list red coat effect; color on the subject only; make
            everything but me grayscale; can the background be black and white while i stay colored?; bg mono; mono
            background; colorless background; the room without color, me with color; colored person in a gray world;
            subject in color, surroundings monochrome; drain the color from the room but not from me; black and white
            backdrop; black and white surroundings; black and white room; black & white background, color me; gray room;
            grey room; gray surroundings; grayscale room; grayscale surroundings; greyscale backdrop; monochrome
            backdrop; monochrome surroundings; monochrome around me; desaturate my room; desaturate behind me;
            desaturate the surroundings; desaturated surroundings; desaturate everything but the person; decolor the
            background; decolorize the room; uncolored background; background without color; background colorless;
            background mono; background monochrome; no color behind me; no color in the room; color only on me; color
            only on people; colour on the person only; colored subject; color person, gray rest; person colored; just me
            in color; keep my colors, gray the rest; keep people colored; spot color; spot colour; color isolation;
            isolate my color; colour pop; color accent on the person; gray out the room; gray out everything except
            people; gray out the room, i remain in colour; colour only on people, everything else black and white; turn
            my background monochrome but not me; splash of color on the person in a gray scene; the backdrop loses its
            color; selectively desaturate what is behind me; leave the speaker colored and make the surroundings
            grayscale; i want to be the only thing with colour; could you take the colour out of my room but leave it on
            me?; as if i was the only colourful thing in a grey world; replace the colours behind me by greys; my shirt
            stays red, the room goes grey; drain the background, not the person; the room is black and white while i am
            in colour; so that i pop out of a grey room; make my room look like an old black and white photo with a
            coloured me in it; like that film where one person is in colour; swap the colours of the wall for grey, keep
            mine; as though colour was spilled on me alone; leave only me in colour; the colours of my surroundings
            should disappear; grey around me, colour on me; shelf, wall and plant grey, skin natural; everybody keeps
            their colour, the furniture loses it; a colourful person in a monochrome office; behind me everything goes
            grey; desaturation for the background only; colour me, not the room; people natural, world grey; mask me and
            remove the saturation elsewhere; selective colouring for the speaker; the girl in the red coat idea, but
            with me; no colour anywhere except the person; turn the wallpaper grey but keep my face rosy; could the
            backdrop lose its hues?; surroundings like an old movie, me like today; monochrome outside my silhouette;
            only my body shows colour; room in greyscale, human in full colour; backgroud black and white, me in color;
            what's behind me should be gray; the gray room around a colored person; take color from the background only;
            everything but the person in gray; keep color on me
            """
        ),
        mild=phrases("a slightly desaturated background; fade the background color a little behind me"),
        places=phrases(
            """
            the film pleasantville; a gray world where only i have color; sin city, but with me in color
            """
        ),
    ),
    EditWords(
        name="bg_studio",
        things=phrases(
            """
            a photo studio; a studio portrait; a passport photo; a corporate headshot; a gray studio backdrop; an
            application photo; a portrait on seamless paper; a neutral backdrop
            """
        ),
        looks=phrases(
            """
            like in a photo studio; set in front of a gray backdrop; shot against a plain studio wall; neutral and gray
            behind me; clean and professional behind me
            """
        ),
        acts=phrases(
            """
            put me in a photo studio; replace the background with a gray studio backdrop; give me a neutral background;
            swap the room for a studio wall; place a soft gray wall behind me; remove my room and show a studio; hang a
            gray cloth behind me; set me in front of seamless paper; use a professional studio background; exchange the
            background for plain gray
            """
        ),
        details=phrases(
            """
            a soft gray studio backdrop; a neutral studio background; a plain gray wall behind me; a seamless paper
            background; a clean professional background
            """
        ),
        sayings=phrases(
            """
            studio; studio background; studio backdrop; photo studio; photo studio background; gray studio; grey studio;
            grey background; gray background; gray backdrop; grey backdrop; background gray; background grey; neutral
            background; plain background; clean background; professional background; corporate background; simple
            background; empty background; solid gray background; light gray background; soft gray background; plain gray
            wall behind me; plain wall; seamless paper; paper backdrop; infinity wall; cyclorama; headshot; headshot
            background; linkedin photo; linkedin headshot; passport photo background; business portrait; job application
            photo; yearbook photo; portrait studio; photographer's studio; as if i was at the photographer's; interview
            backdrop; get rid of my messy room; hide my messy room behind a gray wall; replace the background; replace
            my background with a studio; change the background to a studio; swap the background; virtual background,
            neutral; virtual studio; studio lighting and a gray wall; remove the room; remove the background and make it
            gray; cut me out and put me on gray; stuido background; studio wall; nothing but a gray wall behind me;
            professional look for my video call; news studio, plain and gray; talking head on gray; i want to look like
            i'm at the photographer's; could you put a neutral grey wall behind me?; as if i was having my picture taken
            for a job application; replace my kitchen by a studio backdrop; my room should disappear behind plain grey;
            so that it looks professional for a job interview; make my room look like a photo studio; like a portrait
            for the company website; swap the mess behind me for a grey backdrop; as though i sat before a roll of grey
            paper; a calm grey surface behind my head; i need a passport picture; same person, studio behind; portrait
            photographer's canvas in grey; the board of directors photo; a clean wall in soft grey behind the speaker;
            take my room away and give me a neutral studio; nothing behind me but seamless grey; a portrait for my cv;
            like an actor's headshot; speaker portrait for the conference programme; school photographer backdrop; staff
            page portrait; turn my bedroom into a portrait studio; use a neutral grey instead of my living room; hide
            the kitchen behind a plain studio wall; id card photo wall; business headshot setting please; the visa
            office wants a plain grey background; put me in a professional setting; a photographer's grey backdrop
            instead of my bookshelves; exchange my room for an even grey; apple keynote interview, plain grey wall;
            could my background be simple and grey?; annie leibovitz portrait studio; neutral backdrop, soft falloff,
            grey; vogue studio cover backdrop; a cyc wall behind me; studio portrait instead of home office; make it
            look as if i hired a photographer; background: grey canvas; no room, just a grey studio; gray studio
            backround; what's behind me should be a studio; a plain gray wall like at the photographer's; a professional
            headshot background; show a gray backdrop instead of my room; i need a portrait like for linkedin
            """
        ),
        graded=False,
        places=phrases("a photo studio; a photographer's studio; the place where they take passport photos"),
    ),
    EditWords(
        name="person_gold",
        things=phrases(
            """
            a golden statue; a gold statue; a statue made of gold; a gilded sculpture; a gold figure; an oscar
            statuette; a person cast in gold; a golden trophy
            """
        ),
        looks=phrases(
            """
            a statue of gold; gilded from head to toe; covered in gold; cast in solid gold; dipped in liquid gold;
            metallic and golden like a statue
            """
        ),
        acts=phrases(
            """
            turn me into gold; make me a golden statue; cast me in gold; cover the person in gold; gild me; plate my
            skin with gold; paint me gold from head to toe; dip me in molten gold; change the person into a gold
            sculpture; coat me with gold leaf
            """
        ),
        details=phrases(
            """
            a person made of gold; shiny gold skin; gilded skin and clothes; a golden statue instead of me; gold leaf on
            my face and clothes
            """
        ),
        sayings=phrases(
            """
            golden statue; gold statue; statue; statue of gold; gold me; gold person; golden person; golden man; golden
            woman; gold skin; golden skin; gold body; gold face; gold sculpture; sculpture; golden sculpture; gilded;
            gilded person; gild; gilt figure; midas; king midas; midas touch; king midas touched me; the midas effect;
            goldfinger; like the woman in goldfinger; oscar statue; oscar statuette; academy award; c-3po; c3po; trophy;
            golden idol; golden buddha; gold plated; gold-plated human; gold leaf on me; solid gold; pure gold; 24
            carat; liquid gold; molten gold; metal statue; living statue; living statue in gold paint; street performer
            painted gold; gold paint on my body; make me gold; turn me to gold; turn everybody into gold; can you make
            me golden?; i want to be made of gold; people made of gold; only the person becomes gold; goldn statue; gold
            statute; my body is made of gold; shiny golden robot skin; metallic gold person; bronze or gold figure of
            me; i want to look like an oscar; could you turn my body into solid gold?; as if king midas had shaken my
            hand; replace my skin and clothes with gold; i should shine like a bar of bullion; so that i look like a
            trophy; make me a buddha of gold; like the girl in the bond film painted all over in gold; swap my skin for
            metal that shines golden; as though somebody had poured molten gold over me; people turn to gold, the room
            stays the same; everything he touches turns to gold, and he touched me; my face, hands and shirt in polished
            gold; a golden figure sits on my chair; a monument of me, gilded; cast me as a golden monument; leaf me in
            gold; jaime lannister's golden hand, but all of me; the world cup trophy is me; tutankhamun's mask on my
            whole body; an inca idol; i'd like to be a living statue in the pedestrian zone, in gold; protocol droid
            from star wars; johann strauss monument in vienna; the golden boy statue; a gilded emperor; coat me with 24
            carats; my skin becomes metal, yellow and gleaming; award statuette on the red carpet; plate us with gold;
            only the humans become golden; pharaoh's golden coffin figure; could i be a gold figurine?; a chocolate
            santa in gold foil; gold foil wrapped person; bodypaint in gold from head to toe; gold man group; make the
            speaker a gilt sculpture; spray paint me gold; the oracle's golden statue; el dorado, the gilded man; turn
            the humans into gold bullion; my head as a golden bust; golden saint figure from a church; golden statu;
            what if i was made of gold?; me as a golden statue; gold all over my body; a person of pure gold; turn
            whoever is in the picture into a golden sculpture
            """
        ),
        graded=False,
        places=phrases("the treasure chamber of king midas; the trophy cabinet at the oscars"),
    ),
)

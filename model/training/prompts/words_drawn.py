"""Vocabulary of the edits that look drawn."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="pencil",
        things=phrases(
            """
            a pencil sketch; a pencil drawing; a graphite drawing; a page from a sketchbook; a hand-drawn pencil
            portrait; a fine line drawing in pencil; the music video of take on me; a notebook doodle; a quick sketch by
            a street artist; a courtroom sketch
            """
        ),
        looks=phrases(
            """
            pencil drawn; sketched in pencil; hand drawn with a pencil; like a graphite sketch; penciled; hatched with a
            fine pencil; pencilled by hand; like a quick sketch
            """
        ),
        acts=phrases(
            """
            sketch the scene in pencil; draw everything with a graphite pencil; make a pencil drawing of it; draw me in
            pencil; shade it with pencil hatching; trace it with thin pencil lines on white paper; sketch me; draw fine
            hatched lines; make it line art in pencil
            """
        ),
        details=phrases(
            """
            thin gray pencil lines on white paper; pencil hatching; graphite shading on paper; fine hand-drawn pencil
            strokes; light pencil cross-hatching
            """
        ),
        sayings=phrases(
            """
            pencil; pencil sketch; pencil drawing; pencil art; pencil pls; pencl sketch; sketch; sketched; hand sketch;
            drawing; line drawing; graphite; hand drawn; sketchbook; scetch; doodle with a pencil; crosshatching; cross
            hatched drawing; a-ha take on me; like an artist sketched it with a 2b pencil; draw it on paper; art school
            sketch; white paper, thin gray lines; leonardo's sketchbook; pencil portrait of me; can you draw this?;
            drawn by hand with a sharp pencil; gray pencil on white paper, hatching; make it look like i sketched it;
            lead pencil; colorless hand drawing; rough sketch; pencil art portrait; pencilled; pencil strokes; pencil
            lines; pencil hatching; pencil shading; hb pencil; 2b pencil; notebook sketch; notebook doodle; sketch on
            paper; sketch me; quick sketch; street artist sketch; sketch artist; courtroom sketch; line art; lineart;
            line art in pencil; outline sketch; hatched drawing; fine hatching; fine lines on paper; drawn by hand;
            hand-drawn; draw me; draw this; draw it; drawing on paper; architect's hand sketch of a face; storyboard
            sketch; monochrome line sketch; pencil animation; flipbook animation; as if doodled with a sharp pencil in a
            notebook; a quick sketch by a street portraitist; graphite on paper please; delicate hatched pencil strokes;
            draw my webcam with an hb pencil; monochrome pencilled illustration; line art sketched by hand; i want to
            look like somebody drew me on a napkin with a pencil; could you draw my webcam in graphite?; as if an artist
            had sketched us during the meeting; replace the photo by fine grey pencil lines; leave only thin lines on
            white paper; colours should disappear and pencil strokes appear; like the first page of a sketchpad; so that
            it looks like my little sister drew it in pencil; shadows made of hatching; make my room look like a drawing
            in a school notebook; skin as blank paper, hair as thin lines; draw the outlines with a sharp pencil and
            shade by hatching; as though i held an hb in my hand; a study for a portrait, only graphite; swap the video
            for a moving pencil drawing; like da vinci's studies of faces; a storyboard artist's rough version of this;
            sketch artist at the tourist spot, in pencil; a delicate drawing with a mechanical pencil; faber-castell;
            dürer's praying hands style hatching in grey; loving lines, paper, eraser marks; the snowman animated film
            in pencil hatching; raymond briggs pencil; dave the sketcher; take my picture and draw it by hand; could
            somebody sketch me please; drawn on printer paper during a boring lecture; thin grey strokes instead of
            surfaces; the court artist draws the accused, pencil; black lead on drawing paper; i'd like to be a pencil
            portrait on the wall; everything made of grey hatching; pensil drawing; what if i was drawn with a pencil?;
            gray lines on white paper, drawn by hand; an artist's quick study in graphite; redraw my video with thin
            hand-drawn lines; a drawing done with a pencil
            """
        ),
        mild=phrases("a faint pencil sketch; just a few pencil lines"),
        places=phrases(
            """
            the sketchbook of leonardo; the video of take on me; a notebook drawn full in class; an art student's
            portfolio
            """
        ),
    ),
    EditWords(
        name="charcoal",
        things=phrases(
            """
            a charcoal drawing; a charcoal sketch; a smudged charcoal portrait; a drawing in black chalk; a study in
            charcoal; a dark charcoal rendering on rough paper; a drawing made with coal; a dark smeared charcoal
            picture; a chalk and charcoal picture
            """
        ),
        looks=phrases(
            """
            drawn in charcoal; charcoal smudged; smudgy and sooty; like black chalk on paper; rubbed in charcoal;
            smeared with coal; dark and charcoal-like; chalky black
            """
        ),
        acts=phrases(
            """
            draw it in charcoal; smudge it with charcoal; render the scene in black chalk; sketch it with a stick of
            charcoal; rub soft black charcoal over everything; make a charcoal study of it; smear black charcoal; draw
            it with a lump of coal; blend it with charcoal dust
            """
        ),
        details=phrases(
            """
            thick smudged charcoal strokes; soft sooty blacks; rough black chalk shading; smeared charcoal shadows;
            dusty charcoal on textured paper
            """
        ),
        sayings=phrases(
            """
            charcoal; charcoal drawing; charcoal sketch; charcoal art; charcol drawing; charcoal pls; black chalk; conte
            crayon; smudged drawing; smudgy black drawing; coal drawing; drawn with coal; burnt stick drawing; life
            drawing class charcoal; soot and chalk; kathe kollwitz; dark smudges, rough strokes, charcoal; charcoal
            portrait of me; soft black pastel; vine charcoal on gray paper; chalk and soot drawing; dirty fingers
            charcoal drawing; black smeary strokes; can you make it a charcoal drawing?; heavy charcoal shading;
            blackened sketch with smears; william kentridge animation; compressed charcoal, deep blacks; chalky black
            drawing; barbecue coal on paper; smoky charcoal look; charcoals; charcoal sticks; charcoal stick; charcoal
            dust; charcoal smudges; charcoal smear; charcoal strokes; charcoal study; charcoal shading; charcoal on
            paper; charcoal rubbing; smeared charcoal; willow charcoal; charcoal picture; charcoal look; drawing with
            charcoal; lump of coal; coal; coal dust; coal sketch; soot; sooty; sooty drawing; smudge; smudged; smudgy;
            smeary sketch; smear the shadows with coal; black chalk drawing; chalk drawing in black; chalk and charcoal;
            blackened paper with coal; rough dark coal sketch; dramatic charcoal nude study; grainy black chalk; char
            drawing; expressive drawing with smeared charcoal sticks; sooty black chalk picture; make me a charcoal
            portrait on grainy paper; drawn with a lump of coal; blurry smudges of willow charcoal; a heavy dark sketch
            rubbed with charcoal dust; chalk-and-charcoal study; i want to look like a smudged drawing in an art class;
            could you draw this with a piece of burnt wood?; as if the artist had rubbed the shadows with a finger;
            replace the picture by soft black smears; deep sooty blacks and grainy paper; like a nude study on big rough
            sheets, black and smeared; so that it looks drawn with barbecue coal; make my room look like a black chalk
            study; shadows as thick black smudges; colour goes, soot stays; dusty black strokes instead of fine lines;
            rub the edges until they blur in black dust; my portrait in conté and charcoal; a stormy sea drawn in coal,
            but it's me; fingers black, paper grey, broad strokes; swap the video for a moody drawing in black dust;
            like a käthe kollwitz mother in black; seurat's conté crayon drawings; degas study in black chalk; cave
            painting with burnt sticks; a chimney sweep's self-portrait; broad, dark, smeary strokes on grainy paper;
            dramatic black drawing with wiped highlights; kneaded eraser highlights on black coal; drawn with a cinder
            from the fireplace; velvety blacks from willow sticks; could an art student draw me in charcoal?; smoky
            shadows rubbed into paper; the sketch should be dark and dusty; ash and coal portrait; a gloomy drawing,
            blurred by hand; black powder strokes; charcole drawing; what if someone drew me with coal?; rub black dust
            on paper until it looks like me; drawn in black chalk and smudged; sooty sketch of my room; charcol and
            rough paper
            """
        ),
        mild=phrases("a light charcoal touch; slightly smudged with charcoal"),
        places=phrases(
            """
            a cave with drawings in soot; an artist's studio full of charcoal; a life drawing class
            """
        ),
    ),
    EditWords(
        name="comic",
        things=phrases(
            """
            a comic book; a comic book page; a marvel comic; a graphic novel panel; a superhero comic; a gta loading
            screen; a comic strip; a spider-man comic; grand theft auto artwork; a panel with heavy ink contours
            """
        ),
        looks=phrases(
            """
            comic book style; like a graphic novel; inked like a comic; boldly outlined like a comic; like a superhero
            comic; like grand theft auto artwork; heavily inked; like spider-man comics
            """
        ),
        acts=phrases(
            """
            turn it into a comic; ink it with thick black outlines like a comic book; draw us as comic book heroes; add
            bold comic ink lines; make me a comic book character; put us into a graphic novel; ink it; redraw it as
            comic panels; outline us with heavy ink
            """
        ),
        details=phrases(
            """
            thick black ink outlines and bold colors; comic book inking; bold comic lines and flat bright colors; inked
            contours like in a superhero comic; comic panel art
            """
        ),
        sayings=phrases(
            """
            comic; comics; comic book; comicbook; comic style; comic pls; comik; comic strip; graphic novel; marvel;
            marvel comic; dc comics; superhero; superhero comic; gta; gta comic vibe; gta cover art; gta v loading
            screen; borderlands; borderlands game look; spider-verse; into the spider verse; batman comic page; tintin;
            american comic, bold ink, bright colors; ink outlines; thick outlines; pow! bam! comic look; stan lee; frank
            miller ink in color; can i be in a comic?; the walking dead comic; inked illustration with heavy black
            lines; telltale game look; make it look like a comic; comic panel; comic panels; comic art; comic hero;
            comic drawing; comic book hero; comic effect; comic-like; bd franco-belge comic; asterix; spiderman;
            spider-man comic; superman; batman; x-men; x-men comic; avengers comic; hulk; iron man comic; deadpool;
            justice league; watchmen; sin city comic panel in color; hellboy; jack kirby; webtoon with ink; grand theft
            auto; grand theft auto art; rockstar games artwork; superhero magazine; sunday funnies; speech bubble comic;
            bold ink; bold inking; heavy ink lines; black contours, vivid colors; inked; ink contours; thick ink lines;
            i wanna be in a spiderman comic book; grand theft auto artwork; heavy ink contours as in graphic novels;
            redraw as panels of a superhero magazine; comic-book inks and vivid color; x-men issue from the nineties;
            draw me like a comic hero; i want to look like a superhero on a printed page; could you put thick black ink
            lines around everything?; as if i had stepped out of a marvel issue; replace the real world with inked
            panels; bold colours and fat black contours; like the cover of a spider-man issue; so that i could have a
            speech bubble; make my room look like the batcave in the comics; skin in flat colour, shadows in solid black
            ink; draw us like the avengers on paper; as though stan lee had written me; my boss as a comic book villain;
            swap the video for a graphic novel; kapow!; zap! boom! crash!; wham bam comic hero; like the loading screens
            of grand theft auto; a telltale adventure character; borderlands psycho look; ink my outlines like a pro
            inker; lucky luke; calvin and hobbes; garfield strip; judge dredd; wolverine on the cover; wonder woman
            issue one; spawn comic; maus the graphic novel; a newspaper strip character; scott pilgrim; turtles, the
            comic books; daredevil panels; black brush ink and primary colours; could i be drawn by jim lee?; american
            comics look with hatched inks and vivid colours; turn the meeting into a comic strip; commic book style;
            what if i was in a comic?; black outlines, loud colors, superhero; draw thick ink around everybody; a page
            from a graphic novel about my office; marvel artist draws my meeting
            """
        ),
        mild=phrases("slightly comic-like outlines; a touch of comic book ink"),
        places=phrases(
            """
            gotham city; the world of spider-man; the marvel universe; a page of sin city; metropolis with superman; the
            world of tintin
            """
        ),
    ),
    EditWords(
        name="anime",
        things=phrases(
            """
            an anime; a japanese cartoon; a studio ghibli film; a scene from an anime series; an anime character; a
            manga in color; a makoto shinkai movie; a shonen series; a cartoon; a cel-shaded game like genshin impact
            """
        ),
        looks=phrases(
            """
            anime style; cel shaded; like japanese animation; animated like a ghibli film; like an anime; anime-like;
            like a cartoon from japan; toon shaded
            """
        ),
        acts=phrases(
            """
            turn me into an anime character; draw it as an anime; make it japanese animation; animate it like studio
            ghibli; cel shade everything; redraw it in anime style; cartoonify me; anime-fy the scene; draw us like a
            tokyo animation studio
            """
        ),
        details=phrases(
            """
            flat cel shading and clean thin lines; anime eyes and smooth skin; the look of japanese animation; anime
            coloring; smooth cel-shaded colors like in anime
            """
        ),
        sayings=phrases(
            """
            anime; anime pls; anime style; anime filter; annime; anmie; manga; manga style; ghibli; studio ghibli; gibli
            style; miyazaki; spirited away; my neighbor totoro; naruto; one piece; dragon ball; attack on titan; your
            name movie; pokemon cartoon; japanese cartoon; cartoon; cel shading; cell shaded; toon shading; animated
            series; waifu; kawaii anime girl; weeb mode; otaku look; anime, cel shading, clean lines; make me look like
            an anime character; can you turn this into anime?; like a japanese animated movie; vtuber look; 2d
            animation; crunchyroll; anime character; anime girl; anime boy; anime drawing; anime look; anime art; anime
            version; anime series; anime movie; anime screenshot; anime me; japanese animation; japanese anime; japan
            cartoon; cel animation; cel-shaded; cel shaded cartoon; toon; cartoonish; cartoon character; cartoon version
            of me; cartoon filter; animated; shonen; shoujo; isekai; sailor moon; death note; demon slayer; jujutsu
            kaisen; cowboy bebop; evangelion; princess mononoke; howl's moving castle; makoto shinkai; toei; kyoto
            animation; zelda wind waker cel shading; genshin impact; tokyo animation studio; saturday morning cartoon;
            like a show from tokyo's animation studios; hayao miyazaki would have drawn it this way; sailor moon look;
            anime-fy me; japanese cartoon character version of me; cel-shading with clean line work; shonen series
            screenshot; i want to look like the hero of a japanese cartoon; could you draw me the way ghibli would?; as
            if i lived in a makoto shinkai film; replace my face by a cartoon face from japan; smooth flat colours and
            thin clean outlines; like a high school girl in a shonen series; so that i could be in an episode of naruto;
            make my room look like a bedroom in totoro; skin in two flat tones, shiny hair; draw us as cartoon
            characters; as though crunchyroll was streaming my meeting; my cat and me in a miyazaki film; swap the video
            for an animated series; the sky like in your name; turn the office into a cartoon; ponyo; kiki's delivery
            service; castle in the sky; nausicaa; akira's animation drawing style; fullmetal alchemist; my hero
            academia; haikyuu; sword art online; chainsaw man; persona 5 character; breath of the wild cel shaded; a
            manga hero in full colour; animated movie from tokyo; saturday cartoon; could you cel-shade my webcam?;
            cartoon me please; two-tone shading with clean outlines; a drawn character with glossy hair; i'm a vtuber
            today; toonify; hand-drawn japanese animation from the eighties; animee look; what if i was an anime
            character?; smooth colors like a ghibli cartoon; japanese cartoon with thin outlines; my face as a cartoon;
            redraw the video as an animated movie from japan
            """
        ),
        mild=phrases("a little anime shading; slightly cel shaded"),
        places=phrases(
            """
            a studio ghibli film; the world of totoro; the village of naruto; a high school in an anime; the world of
            sailor moon; tokyo in a japanese cartoon
            """
        ),
    ),
)

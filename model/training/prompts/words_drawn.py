"""Vocabulary of the edits that look drawn or painted by hand."""

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
            draw my webcam with an hb pencil; monochrome pencilled illustration; line art sketched by hand
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
            rubbed with charcoal dust; chalk-and-charcoal study
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
            draw me like a comic hero
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
            screenshot
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
    EditWords(
        name="oil",
        things=phrases(
            """
            an oil painting; a painting by van gogh; a canvas painted in oil; an old master's painting; an impressionist
            painting; a renaissance oil portrait; a thick impasto painting; a museum masterpiece; a dutch golden age
            portrait; a claude monet
            """
        ),
        looks=phrases(
            """
            painted in oil; like an oil painting; impressionist; painterly with thick brush strokes; like a van gogh;
            thickly painted; brushed in oils; like a museum masterpiece
            """
        ),
        acts=phrases(
            """
            paint it in oil; paint the scene with thick oil paint; make it an oil painting; cover it with visible brush
            strokes; paint it like rembrandt; put it on canvas in oil colors; paint this with a loaded brush; apply
            thick paint with a knife; make it a masterpiece on canvas
            """
        ),
        details=phrases(
            """
            thick brush strokes; visible oil paint on canvas; impasto brushwork; swirling painterly strokes; rich oil
            colors; palette knife texture
            """
        ),
        sayings=phrases(
            """
            oil; oil painting; oil paint; oilpainting; oil panting; oil on canvas; oil colors; painting; painted;
            painterly; impasto; impressionism; impressionist; van gogh; vincent van gogh; starry night painting; monet;
            rembrandt; renoir; cezanne; old masters; museum painting; brush strokes; brushstrokes; thick paint; palette
            knife; bob ross; oil painting, brushwork, canvas; paint me like one of your french girls; can you paint this
            in oil?; hanging in the louvre; loving vincent movie; baroque painting; expressive oil brush; oil painted;
            oils; in oils; oil portrait; oil picture; oil brush; oil-paint effect; oil paint filter; canvas; canvas
            painting; painted canvas; painted with thick paint; heavy paint; heavy brush strokes; visible brush strokes;
            brush; brushwork; swirly paint; swirling strokes; van gogh brushwork; sunflowers by van gogh; claude monet;
            impressionist canvas; post-impressionist; dutch masters; dutch golden age painting; vermeer; caravaggio;
            titian; rubens; leonardo oil painting; mona lisa; classical painting; museum masterpiece; gallery painting;
            art museum; fine art painting; knife painting; thick strokes of paint; textured paint; a bob ross painting;
            paint this; a canvas full of heavy paint strokes; as painted by claude monet; masterpiece from an art museum
            in oils; give me swirling van gogh brushwork; oil-painted portrait; thickly applied paint with a palette
            knife; a classical dutch painting
            """
        ),
        mild=phrases("slightly painterly; a hint of oil paint"),
        places=phrases(
            """
            a painting by rembrandt; the louvre; a gallery of old masters; a canvas by monet; the starry night; the
            workshop of a flemish painter
            """
        ),
    ),
    EditWords(
        name="watercolor",
        things=phrases(
            """
            a watercolor painting; a watercolour; an aquarelle; a picture painted with watercolors; a soft watercolor
            illustration; a watercolor from a children's book; a watercolor postcard; a loose aquarelle; a water-color
            """
        ),
        looks=phrases(
            """
            painted in watercolor; like a watercolor; like a soft aquarelle; washed in watercolor; in soft bleeding
            watercolors; diluted and watery like aquarelle; water-colored; like wet pigment on paper
            """
        ),
        acts=phrases(
            """
            paint it in watercolor; make it a watercolor; wash it with soft watercolors; paint the scene with wet
            pigments on paper; let the colors bleed like watercolor; turn it into an aquarelle; brush it with diluted
            paint; let wet pigments bleed on paper; apply watery washes
            """
        ),
        details=phrases(
            """
            soft bleeding watercolor washes; pale transparent washes on paper; delicate watercolor tones; wet-on-wet
            color blooms; light pigment on white watercolor paper
            """
        ),
        sayings=phrases(
            """
            watercolor; watercolour; water color; water colour painting; watercolors; watercolr; watter color pls;
            aquarelle; aquarell; wet on wet; soft washes; gouache and water; watercolor painting; watercolor art;
            watercolor illustration; beatrix potter; peter rabbit book illustration; loose watercolor sketch; pastel
            colored washes on paper; turner watercolor; water based paints; soft, pale, watercolor, paper; paint it with
            water colors; can you make this a watercolor?; delicate painted washes; the colors should run into each
            other; watery paint; wet brush on paper; light and airy painting with washes; wedding invitation watercolor;
            school paint box; transparent paint on paper; watercolor wash; watercolor washes; watercolor sketch;
            watercolor postcard; watercolor portrait; watercolor paper; watercolor paint; watercolor style; watercolor
            look; watercolour picture; water-color; water colors; water-colours; watery; watery washes; diluted paint;
            thin watery paint; bleeding colors; colors bleeding on wet paper; wet paint; wet paper; wet watercolor; soft
            pigment; pigment washes; paint with lots of water; painted with water and pigment; aquarelle on paper;
            aquarelle painting; aquarelle pencils and water; pale washes; loose washes; gentle watercolor; travel
            journal watercolor; botanical watercolor; chinese watercolor; fairy tale book watercolor; splashes of
            watercolor; gentle aquarelle on textured paper; diluted paint that bleeds at the borders; illustration in
            watercolours; loosely painted with a wet brush and lots of water; like a watercolor postcard; soft washes of
            pigment; make this a water-colour picture
            """
        ),
        mild=phrases("a light watercolor wash; slightly watercolored"),
        places=phrases(
            """
            the world of peter rabbit; a picture book for toddlers; a postcard painted by the sea; the paintings of my
            art teacher with her watercolours
            """
        ),
    ),
)

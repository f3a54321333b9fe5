"""Vocabulary of the edits that look printed in black, drafted or laid in tiles."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="linocut",
        things=phrases(
            """
            a linocut print; a woodcut; a linoleum block print; a wood engraving; a black ink block print; a hand-carved
            stamp print; a medieval woodcut; a relief print; a letterpress block
            """
        ),
        looks=phrases(
            """
            linocut; like a woodcut; carved and printed in black ink; block printed; cut in linoleum; wood-engraved;
            gouged and printed; stamped in black
            """
        ),
        acts=phrases(
            """
            carve it as a linocut; make a woodcut of it; print it from a carved wood block; cut it into linoleum and
            print it; make a block print in black ink; turn it into a hand-carved print; engrave it in wood; gouge it
            out of lino; press it on paper from a carved block; stamp it in black
            """
        ),
        details=phrases(
            """
            carved lines and solid black ink; rough woodcut gouges; bold black and white carved shapes; block printing
            ink; hand-carved print texture
            """
        ),
        sayings=phrases(
            """
            linocut; lino cut; linocut print; lino print; linoprint; lynocut; linoleum print; woodcut; wood cut;
            woodblock; woodblock print; wood block printing; wood engraving; block print; blockprint; stamp print;
            printmaking; relief print; durer woodcut; albrecht durer; german expressionist woodcut; carved in wood; hand
            carved stamp; linocut, black ink, carved; medieval woodcut illustration; print from a carved block; can you
            make it look like a woodcut?; folk art block print; rubber stamp; gouged lines; black ink pressed on paper;
            old book woodcut; potato stamp print; lino; lino block; lino carving; linocut illustration; linocut poster;
            linocut style; lino-cut; linoleum; linoleum cut; linoleum carving; woodcut print; woodcut style; woodcut
            illustration; woodcuts; wood carving print; wood print; wood-cut; wood block; woodblock illustration;
            wood-block; xylograph; xylography; carved; carved block; carved print; carved lines in ink; engraving;
            engraved; engraved illustration; etching; relief; letterpress; letterpress block; block printed; block
            printing; block-printed; hand-pressed print; hand printed with a block; ink print from wood; medieval book
            illustration; gutenberg bible illustration; hokusai wood block; stamped; stamp; gouge marks; black print
            from carved lino; an old woodcut out of a medieval book; hand-pressed block printed picture; gouge it out of
            wood and ink it; relief printing look; a lino-cut illustration; wood-engraved print; i want to look like a
            print from a carved block; could you carve my portrait in wood and print it?; as if it was cut with a gouge
            and rolled with black ink; replace the photo by black ink and white cuts; only solid black and paper white,
            with carved lines; like an illustration in a book from 1500; so that it looks hand-printed on a press; make
            my room look like a picture in a medieval chronicle; the knife has left its traces everywhere; as though
            printed with a potato stamp; swap the video for a woodblock print; a political print of the twenties, carved
            and inked; frans masereel's novels in pictures; ernst ludwig kirchner woodcut; dance of death by holbein;
            the rhinoceros by dürer; the wave by hokusai as a black block print; escher woodcut; mexican day of the dead
            block print, posada; my exlibris stamp; school art lesson with lino and knives; roll ink on the block,
            press, done; chunky cut lines in black; an ink stamp of my face; carve the light out of black; cut away what
            is bright, ink what is dark; handmade christmas card printed from lino; black-and-white print with chisel
            marks; could you stamp me on paper?; old broadsheet illustration carved in pear wood; a craft beer label cut
            in lino; folk tale illustration cut into wood; lineocut print; what if i was carved in wood?; carve and ink
            it; a black block-printed picture; cut with a knife into lino, printed in black; an artist's hand-carved
            print of my room
            """
        ),
        mild=phrases("a light woodcut texture; slightly like a linocut"),
        places=phrases(
            """
            a medieval woodcut; a german expressionist print; a hand-printed poster workshop; a print by albrecht dürer
            """
        ),
    ),
    EditWords(
        name="blueprint",
        things=phrases(
            """
            a blueprint; an architect's blueprint; a technical drawing on blue paper; a cyanotype plan; an engineering
            drawing in white on blue; a construction plan; building plans; a cad plan; a machine schematic on blue
            """
        ),
        looks=phrases(
            """
            like a blueprint; blueprinted; drawn in white lines on blue; drafted on blue paper; like an engineer's plan;
            technical and drafted; like building plans; outlined in white on blue paper
            """
        ),
        acts=phrases(
            """
            draw it as a blueprint; make a technical drawing of it; draw white lines on blue paper; draft it like an
            architect; turn it into a construction plan; make an engineering schematic of it; draft the plans; make
            building plans of this; outline it in white on blue paper
            """
        ),
        details=phrases(
            """
            white lines on a blue background; technical drafting lines on blue; blue paper with white outlines;
            engineering plan lines; architectural drawing lines
            """
        ),
        sayings=phrases(
            """
            blueprint; blue print; bluprint; blueprints; blueprint pls; blueprint style; technical drawing; architect
            plan; architect's drawing; architectural drawing; construction drawing; engineering drawing; schematic;
            schematics; cyanotype; cad drawing; autocad plan; draft; drafting table; floor plan; patent drawing on blue;
            white on blue; white lines, blue paper, technical; death star plans; tony stark's blueprint; plan for a
            machine; engineer's schematic; can you make a blueprint of this?; ship builder's plan; blue drafting paper;
            diagram in white chalk on blue; house plan; blueprint drawing; blueprint plan; blueprint of a building;
            blueprint paper; blueprint lines; building plan; building plans; plan; plans; technical plan; technical
            schematic; technical sketch, white on blue; technical outlines; construction plans; construction blueprint;
            architect; architect blueprint; architectural plan; architecture drawing on blue; architect's draft;
            engineer; engineer drawing; engineering plan; engineering blueprint; engineering diagram; cad; cad plan; cad
            model lines; drafted plan; white outlines on blue; white drawing on blue; blue technical drawing; blue
            paper; blue plan; machine drawing; mechanical drawing; spaceship plans; wiring plan; an engineer's plan with
            white lines over blue; technical schematic of the room; as drafted by an architect; blue-print drawing; show
            me like a cad construction plan; cyan paper with white technical outlines; make me look like plans for a
            building; i want to look like the plan of a machine; could you draw my flat like an architect on blue
            paper?; as if an engineer had drafted me; replace the picture by thin white lines on blue; the paper is
            blue, the lines are white; like the construction plan of the eiffel tower; so that a builder could build it;
            make my room look like a plan from the building office; every edge a white line, every surface blue; swap
            the video for a technical drawing; as though i was a spare part in a manual, white on blue; the plans for
            the millennium falcon; iron man suit design plan; patent application on blue paper; the ship yard's drawing
            of a steamer; draft me at 1:50 scale; wall, door and window as an architect draws them; a surveyor's plan;
            cad lines on a blue ground; frank lloyd wright's plan of my house; titanic construction drawings; a heist
            crew's plan of the bank; money heist bank plan on blue; white contour drawing on prussian blue; anna atkins
            cyanotype; sun print in blue and white; old copy from the drawing office, all blue; could an architect draft
            this scene?; colours out, blue in, white outlines on top; how the engineers at nasa would draw me; a diy
            manual drawn on blue; technical line drawing, inverted on blue; bleuprint of my room; what if i was a
            construction plan?; white lines, blue paper; an architect's white drawing on blue; draw me as a technical
            plan; engineers would build me from this drawing on blue
            """
        ),
        mild=phrases("a faint blueprint; slightly like a technical plan"),
        places=phrases(
            """
            the drawing board of an engineer; an architect's office; the plans of the death star; a patent drawing in
            blue
            """
        ),
    ),
    EditWords(
        name="halftone",
        things=phrases(
            """
            a halftone print; a newspaper photo; a dotted print; a newsprint picture; a halftone dot pattern; a
            magnified magazine print; a newspaper clipping; a print raster; a dotted offset print; a front page photo
            """
        ),
        looks=phrases(
            """
            halftone; printed in dots; dotted like a newspaper photo; made of printing dots; like cheap newsprint;
            rastered; dot-printed; like a front page photo
            """
        ),
        acts=phrases(
            """
            print it in halftone dots; turn it into dots; make it a halftone; print it like a newspaper photo; screen it
            with ink dots; show it as a raster of printed dots; rasterize it into ink dots; show it as a newspaper
            clipping; break the tones into dots
            """
        ),
        details=phrases(
            """
            halftone dots; a raster of ink dots; printing dots of different sizes; newspaper dot screen; a ben-day dot
            pattern
            """
        ),
        sayings=phrases(
            """
            halftone; half tone; half-tone; halftones; halftone dots; haltone; dots; dotted; dot pattern; dot screen;
            dot matrix print; polka dots; newspaper; newspaper print; newsprint; newspaper photo dots; ben day dots;
            benday dots; lichtenstein dots; raster dots; cmyk dots; print dots; printed magazine seen through a loupe;
            halftone, dots, print; offset printing; made of little dots; can you show it as dots?; ink dot raster; punk
            zine print with dots; xerox dot screen; screen print dots; photo printed in the daily paper; halftone
            screen; halftone print; halftone pattern; halftone effect; halftone look; halftone photo; half tone dots;
            half-tone print; ink dots; tiny dots; small dots; black dots; dots of ink; dots, newspaper; dots everywhere;
            raster; raster print; raster screen; print raster; printed raster; printed; print; printing press; printed
            paper; newspaper picture; newspaper clipping; old newspaper; new york times photo print; front page photo;
            morning paper; gazette; tabloid print; comic dots raster; magazine print; cheap magazine; pulp magazine
            print; offset print; offset raster; dot print; dot raster; dot grid; screen dots; benday; cmyk print;
            rosette print pattern; stippled print; riso dots; tiny ink dots like in the morning paper; print raster
            look; cheap magazine printing with visible dots; half-tone screen; dots of varying size make up the image;
            old newspaper picture made of dots; dotted offset print; i want to look like a face in the morning
            newspaper; could you print me with tiny dots?; as if i had made it to the front page; replace the smooth
            tones by dots of ink; big dots in the shadows, small dots in the light; like a newspaper photo seen with a
            magnifying glass; so that you can count the printing dots; make my room look like a cutting from the daily
            news; grey made of black dots; skin as a pattern of dots; swap the video for a printed raster; as though
            printed in the local paper; a wanted picture in the gazette, dotted; the cover of a punk fanzine with coarse
            dots; lichtenstein's crying girl with her dots; ben-day dotted cheeks; a billboard from too close, only
            dots; cheap ink on cheap paper, all dots; my obituary photo in the newspaper; sports page photo; scanned
            from a magazine, dots visible; the washington post, page one; a yearbook offset print full of dots; coarse
            screen printing with dots; turn brightness into dot size; an image made of circles of ink; every tone
            becomes a dot; yellow press picture; dots like on an old cereal box print; photocopied flyer raster; could
            you use a dot screen?; grid of dots instead of a photograph; fine print raster as under a loupe; the picture
            should fall apart into dots; half tone dotts; what if i was printed in the newspaper?; made of ink dots like
            a print; show the printing dots; turn my gray tones into dots; like a photo on newsprint
            """
        ),
        mild=phrases("a fine halftone; slightly dotted"),
        places=phrases(
            """
            the front page of a newspaper; a roy lichtenstein painting made of dots; a cheap printed flyer from the
            sixties
            """
        ),
    ),
    EditWords(
        name="mosaic",
        things=phrases(
            """
            a mosaic; a roman mosaic; a tile mosaic; a ceramic tile picture; a byzantine mosaic; a bathroom wall of
            little tiles; an ancient floor; a wall of glazed tiles; an image of ceramic squares
            """
        ),
        looks=phrases(
            """
            tiled; like a mosaic; made of small tiles; laid in ceramic tiles; like a roman floor; assembled from tiles;
            mosaicked; grouted and tiled
            """
        ),
        acts=phrases(
            """
            build it from little tiles; lay it as a mosaic; make a tile mosaic of it; cover it with square ceramic
            tiles; put it together from stone tiles with grout; turn it into a roman mosaic; tile it; assemble it from
            ceramic squares; lay it in colored stones
            """
        ),
        details=phrases(
            """
            small square tiles with grout lines; colored ceramic tiles; stone tesserae; tiles and grout; glazed mosaic
            tiles
            """
        ),
        sayings=phrases(
            """
            mosaic; mosaics; mosiac; mozaic; mosaic tiles; tile mosaic; tiles; tiled; tile art; ceramic tiles; bathroom
            tiles; stone tiles; tesserae; roman mosaic; roman villa floor; pompeii floor; byzantine; ravenna mosaic;
            church mosaic; gaudi tiles; park guell; azulejo wall; subway station tile wall; swimming pool tiles; square
            tiles, grout, ceramic; made out of tiles; can you make it a mosaic?; tiny colored stones laid on a floor;
            glass tile picture; antique floor mosaic; grouted tiles; mosaic wall; mosaic art; mosaic floor; mosaic
            picture; mosaic portrait; mosaic style; mosaic effect; mosaic of tiles; mosaic of stones; mosaic from rome;
            mosaic stones; wall tiles; floor tiles; kitchen tiles; little tiles; small tiles; square tiles; colored
            tiles; coloured tiles; glazed tiles; tile floor; tile pattern; tile wall; tile work; tiling; tiler;
            tessellated; tessera; ceramic; ceramics; ceramic squares; ceramic mosaic; ceramic wall; grout; grout lines;
            grout between squares; ancient rome floor; ancient mosaic; hagia sophia; church wall of golden tiles; bath
            house tiles; stone mosaic; stones; pool tiles; smalti; subway tiles; moroccan tiles; inlaid stones;
            assembled from tiny ceramic squares; ancient roman floor made of stones; tile the whole image like a
            bathroom wall; byzantine church wall in tesserae; a mosaic of colored tiles; small glazed tiles with gaps of
            grout; as if a tiler had made it; i want to look like an emperor on a wall in ravenna; could you tile my
            face?; as if a roman had laid me out of little stones; replace the picture by small square tiles; each spot
            of colour a tile with grout around it; like the floor of a villa in pompeii; so that it looks like a
            bathroom wall; make my room look like it was laid with coloured stones; skin from beige tiles, hair from
            dark ones; glue thousands of stones together to make this picture; as though a tiler had worked on it for a
            year; swap the video for a wall of ceramic pieces; justinian and theodora; cave canem floor; the lizard in
            barcelona; a station wall in lisbon; swimming pool floor with a dolphin of tiles; seams between the squares;
            cut glass squares in gold and blue; broken plates glued to a wall; a church apse full of tesserae; shards
            set in mortar; moscow metro wall picture; chips of marble, one by one; could you build me from pebbles and
            tiles?; archaeologists dug me out of a roman floor; space invader street art in tiles; square pieces of
            ceramic with gaps; lay it in stone; alhambra tile wall; coloured glass pieces in plaster; a shower wall that
            shows my face in tiles; moasic of tiles; what if i was a roman floor?; colored stones and grout; build my
            face from small tiles; square stones laid side by side; like a tiled wall in a church
            """
        ),
        mild=phrases("a faint tile pattern; slightly like a mosaic"),
        places=phrases(
            """
            a roman villa; the floor of a bath in pompeii; a byzantine church; ravenna; a gaudi bench in barcelona; a
            tiled metro station
            """
        ),
    ),
)

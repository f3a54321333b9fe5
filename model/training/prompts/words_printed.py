"""Vocabulary of the edits that look printed, drafted or laid in tiles."""

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
            wood and ink it; relief printing look; a lino-cut illustration; wood-engraved print
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
            building
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
            old newspaper picture made of dots; dotted offset print
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
            grout; as if a tiler had made it
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
    EditWords(
        name="posterize",
        things=phrases(
            """
            a poster with few flat colors; a posterized image; a flat vector illustration; a picture with only a handful
            of colors; a paper cutout; a paint by numbers picture; a vector graphic; a vector poster; a national park
            poster; a matisse cutout; a stencil
            """
        ),
        looks=phrases(
            """
            posterized; flat and reduced to few colors; like a vector graphic; in flat color bands; simplified to flat
            shapes; color-quantized; flattened to solid colors; stepped in tone; poster-like
            """
        ),
        acts=phrases(
            """
            posterize it; reduce the number of colors; flatten the colors; limit it to a few flat tones; simplify it to
            flat color areas; make it look like cut paper; quantize the colors; boil the colors down; use a small
            palette; make hard color steps; remove the gradients
            """
        ),
        details=phrases(
            """
            a few flat colors; flat areas of color without gradients; hard color bands; a limited color palette; simple
            flat shapes; color banding
            """
        ),
        sayings=phrases(
            """
            posterize; posterized; posterise; posterised; posterizing effect; posterzie; poster; poster style; few
            colors; less colors; reduced colors; limited palette; flat colors; flat color; flat design; flat shapes;
            vector art; vector graphic; vector illustration; color banding; banded colors; paper cutout; paper cut art;
            paint by numbers; obama hope poster; shepard fairey poster; travel poster; soviet poster; stencil with flat
            colors; flat, simple, few tones; only 5 colors; can you reduce the colors to a handful?; quantized colors;
            gif with 8 colors; simplified color blocks; no gradients; color steps instead of smooth shading;
            posterisation; posterization; posterize effect; posterize filter; poster effect; poster look; poster art;
            flat poster; flat poster colors; flat art; flat image; flat look; flat tones; flat colours; flat style; flat
            vector; flat graphic; flat colored shapes; flattened; vector; vector style; vector poster; vector look;
            solid colors; solid color areas; solid shapes; plain colors; few tones; few flat tones; four colors; 4
            colors; five colors; six tones; handful of colors; fewer colors; simple colors; simplified; simplified
            shapes; simplified colors; color quantization; quantize; quantized; tonal steps; stepped colors; hard steps;
            hard color edges; indexed colors; small palette; reduced palette; minimal palette; wpa poster; national park
            poster; stencil; stencil art; cut paper; matisse cutouts; banksy stencil; boil it down to four solid colors;
            flat poster art with hard color steps; cut-paper shapes in plain colors; posterised image; remove gradients,
            keep few flat tones; a simple vector poster; color quantization to a small palette
            """
        ),
        mild=phrases("slightly posterized; gently reduced colors"),
        places=phrases(
            """
            a soviet propaganda poster; a swiss travel poster; the hope poster of obama; a paper cut-out world
            """
        ),
    ),
    EditWords(
        name="pop_duotone",
        things=phrases(
            """
            a pop art duotone; a two-color poster; an andy warhol print; a duotone image; a spotify style duotone cover;
            a two-tone silkscreen; a two-ink silkscreen; a dual-tone portrait; a pop art print
            """
        ),
        looks=phrases(
            """
            duotone; two-toned in bright colors; like an andy warhol print; in just two loud colors; bichrome;
            dual-toned; printed with two inks; pop-art colored
            """
        ),
        acts=phrases(
            """
            reduce it to two bright colors; make a duotone of it; map shadows to one color and highlights to another;
            color it like andy warhol; print it in two loud pop colors; use a bold two-color gradient; use only a pair
            of vivid colors; tone it with two inks; apply a gradient map of two colors
            """
        ),
        details=phrases(
            """
            two bright contrasting colors; only pink and yellow; a loud duotone palette; one color for shadows and one
            for lights; bold two-tone pop colors
            """
        ),
        sayings=phrases(
            """
            duotone; duo tone; duotone pls; pop art; popart; pop duotone; pop art colors; warhol; andy warhol; warhol
            style; marilyn by warhol; two tone; two-tone; twotone; two colors; only two colors; bicolor; spotify
            duotone; album cover in two colors; concert poster, two inks; bold gradient map; pink and yellow only;
            campbell soup art; bright two color pop look; loud, flashy, duotone; make it duotone; could you use just two
            colors?; risograph two inks; 60s pop art portrait; tinted shadows and tinted highlights; factory silkscreen
            portrait; duotne; pop-art; pop art poster; pop art print; pop art silkscreen; silkscreen; silk screen print;
            screenprint in two colors; two inks; two-ink print; two shades; two vivid colors; two hues; two color
            gradient; two colour; dual color; dual tone; dual-tone; bi-color; bitone; 2 colors; 2 color print; 2 tone;
            gradient map; duo-tone; duotone poster; duotone portrait; duotone gradient; playlist cover duotone; pink
            shadows yellow lights; purple and yellow duotone; blue and orange duotone; warhol's marilyn; warhol
            silkscreen; gaudy pop portrait; festival poster in two tones; loud two-color graphic; gaudy two-ink
            silkscreen portrait; warhol factory; colour me in pink shadows and yellow highlights only; dual color
            gradient map; a duo-tone cover for my playlist; just a pair of vivid colors; pop-art portrait in two shades
            """
        ),
        mild=phrases("a soft duotone tint; slightly two-toned"),
        places=phrases(
            """
            the factory of andy warhol; a pop art gallery; a spotify playlist cover; a two-colour concert poster
            """
        ),
    ),
)

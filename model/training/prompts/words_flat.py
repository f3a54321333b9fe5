"""Vocabulary of the edits that leave few colours: flat posters and prints in two inks."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
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
            keep few flat tones; a simple vector poster; color quantization to a small palette; i want to look like a
            face on a campaign poster; could you use only a handful of colours?; as if it was cut out of coloured paper;
            replace the gradients by flat areas; four or five tones, no shading in between; like a travel poster for
            switzerland; so that it could be a screen printed poster; make my room look like a vector illustration; skin
            in three flat steps, no gradient; swap smooth shading for hard steps; as though designed in illustrator with
            flat fills; bring the number of colours down to five; merge similar colours into flat patches; a propaganda
            poster with simple shapes; the yellowstone wpa print; paper collage by matisse; flat graphic like an airline
            poster of the fifties; painting by numbers kit; my picture as a stencil in a few colours; simplify it until
            only plain patches remain; cut down the palette; gif palette with six entries; banded like a cheap 16 colour
            display; hope poster style with flat tones; every colour rounded to the nearest of a few; could you flatten
            my image to solid patches?; olympic games 1972 poster; olly moss poster; saul bass poster; less shades,
            plain areas; a logo-like simple picture; flat icons look; rotoscoped flat shapes; swiss tourism poster from
            the fifties; postrize it; what if there were only five colors?; flat color patches; cut the colors down to a
            few flat ones; no smooth shading, only steps; like a vector poster
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
            gradient map; a duo-tone cover for my playlist; just a pair of vivid colors; pop-art portrait in two shades;
            i want to look like marilyn in the warhol print; could you colour me with just pink and yellow?; as if andy
            himself had pulled the print; replace all colours by two loud ones; dark parts in one colour, light parts in
            another; like a spotify cover in two colours; so that it screams pop art; make my room look like it was
            printed with two inks; shadows in violet, lights in yellow; swap natural colour for a pair of flashy
            colours; as though the factory had made a silkscreen of me; two colours, loud and clashing; pink face on
            yellow; mick jagger by warhol; liz taylor silkscreen; elvis in pop art; a gig flyer in red and turquoise;
            only one dark and one light colour, both bright; my face in hot pink and lemon; map black to purple and
            white to yellow; gallery of pop art in the sixties; two-tone fashion ad; a festival line-up poster in
            duotone; risoprint in pink and blue ink; candy pink shadows, neon yellow highlights; tint it in two
            complementary brights; factory party 1966 print; bubblegum pop art in two shades; could i be a pop art
            icon?; magazine cover in two flashy inks; colour one for the shadow, colour two for the light; the banana on
            the velvet underground record as pop print; photo in two printing inks, please; a gaudy double-colour print;
            poppart duotone; what if there were only two colors and both were loud?; color the darks pink and the lights
            yellow; like a warhol print of me; two bright inks and nothing else; a print in two gaudy colors
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

"""Wordings that training never sees, written apart from the vocabulary: other sentences, other registers.

They measure how well the model understands strangers. A test keeps them out of what the generator can make; do not look
at them when adding training phrases.
"""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import phrases

HELD_OUT: dict[str, tuple[str, ...]] = {
    "identity": phrases(
        """
        I don't need any effect right now, show my regular camera; could you give me the video back without
        alterations?; please stop stylizing me; the footage is good already, so keep it; plain unprocessed footage,
        thank you; what I filmed, nothing added; same as before, no edit whatsoever
        """
    ),
    "golden_hour": phrases(
        """
        I want that gorgeous evening light on me; low sun, long warm rays, golden air; make it seem like the sun sets
        behind the camera; turn up the warmth as if on a beach at seven in the evening; the last sunlight of the day;
        gold coloured sunshine everywhere please; a warm glowing sunrise mood
        """
    ),
    "moonlit_night": phrases(
        """
        what if this was recorded at midnight with a big moon; dark blue darkness, faint moon rays; switch from day to
        night; turn my afternoon into a night with moonlight; as if it were night outside; dim everything down to a
        moonlit evening; make it look nocturnal and bluish
        """
    ),
    "winter": phrases(
        """
        let it look like it has snowed all night; cold, white, frozen: a day in december; make my garden look like
        siberia; it should feel freezing cold with ice everywhere; add a snowy cold atmosphere; white frosty morning;
        turn the street into a winter landscape
        """
    ),
    "autumn": phrases(
        """
        the trees should be red and yellow like in october; change all the green stuff to orange and brown fall tones;
        make it feel like leaves are dropping; warm autumn foliage colours; a rustic november day with brown leaves;
        it's fall, y'all; paint nature in fall colors
        """
    ),
    "underwater": phrases(
        """
        put the whole scene at the bottom of the ocean; like a documentary about coral and fish; I'd like to be under
        the water with blue light; turn my office into an aquarium; sunk beneath the sea; looks like we're diving;
        bluish green water world
        """
    ),
    "cyberpunk": phrases(
        """
        make my room look like a neon-drenched future city; dystopian tomorrow with pink and turquoise lamps; give me
        the vibe of that game cyberpunk; a purple sci-fi night club in the future; blade-runner-like atmosphere; grade
        with hot pink and electric blue; futuristic tokyo street
        """
    ),
    "noir": phrases(
        """
        make my video look like one of those moody detective pictures your grandpa watched; lose every trace of colour
        and give me inky shadows; a smoky bar in 1947, black and white; black/white with lots of contrast; greys only,
        dramatic spotlight; hollywood crime classic, monochrome; can we go full black and white, very moody?
        """
    ),
    "sepia": phrases(
        """
        as if somebody had found this photograph in a trunk from 1870; make us look like outlaws on an old brown photo;
        warm brownish monotone; sepia-tinted please; the picture should have the brown hue of really old photographs; an
        ancestor's portrait in shades of brown; old brown-and-cream photo paper feel
        """
    ),
    "vintage": phrases(
        """
        a washed-out colour photo from my parents' youth; like it was filmed on an old super-8 camera; faded seventies
        colors; make the colors look like old film stock; retro holiday slides from 1972; polaroid-ish; give my stream a
        nostalgic analog film feel
        """
    ),
    "night_vision": phrases(
        """
        as seen through a soldier's green goggles; turn on nightvision mode; green glowing like an army scope in total
        darkness; filmed with a night vision device; make it look like special ops night footage in green; nvg style;
        grainy green picture of a night camera
        """
    ),
    "thermal": phrases(
        """
        show how warm everything is with colors; like the heat camera of a fire brigade; hot parts yellow, cool parts
        blue and violet; I want predator style heat vision; infra-red heat colours; thermo camera; turn this into a
        thermal scan
        """
    ),
    "xray": phrases(
        """
        invert all the colors please; make it look as if you took an x-ray of me; turn the brightness upside down, like
        on a film negative; roentgen picture; negative image; all colours replaced by their opposites; bones and shadows
        as in a hospital scan
        """
    ),
    "pencil": phrases(
        """
        make it look like I drew it with a pencil; sketch this on white paper; a graphite portrait; fine pencil lines
        and hatching; like a page torn from an artist's sketch pad; pencil-drawn animation like that old music video; I
        need a hand-sketched version
        """
    ),
    "charcoal": phrases(
        """
        drawn by rubbing charcoal on paper; dark smudgy charcoal art; a coal drawing with soft black smears; please give
        it a charcoal sketch appearance; blackened fingers, rough paper, charcoal; turn me into a charcoal study; sooty
        sketch look
        """
    ),
    "comic": phrases(
        """
        make me look like a character from a marvel comic; gta style cover with thick lines; like a page of a comic
        magazine with bold ink; draw black outlines and strong colors like in comics; I'd like to be a comic figure;
        cartoon panels with ink like batman; comic-book version of my stream
        """
    ),
    "anime": phrases(
        """
        I want to be in a ghibli movie; make us look like japanese cartoon people; cel shaded like an anime show; turn
        my face cam into anime; animated like naruto; a manga-like colored drawing; anime look with flat shades
        """
    ),
    "oil": phrases(
        """
        as if vincent van gogh had painted it; thick paint on a canvas; make it a painting in a museum; oil paint with
        visible strokes; like an impressionist artist painted my room; please paint this with oil colours; renaissance
        painter's portrait of me
        """
    ),
    "watercolor": phrases(
        """
        soft colours running into each other on wet paper; make it look painted with watercolours; a delicate water
        color picture; like an illustration from a kids' book done in watercolor; aquarelle version please; light washes
        of paint; brushed with lots of water and little pigment
        """
    ),
    "linocut": phrases(
        """
        carved into linoleum and printed with black ink; a wood block print; like those old woodcuts; print me with a
        hand-carved block; black lino print; make it look like it was engraved in wood; block-printing style
        illustration
        """
    ),
    "blueprint": phrases(
        """
        thin white drafting strokes against a blue sheet; like an architect's plan; turn my room into an engineering
        blueprint; schematic construction drawing; as a blue technical plan; make it look like the plans of a machine;
        blueprint version of me
        """
    ),
    "halftone": phrases(
        """
        printed like an old newspaper with dots; a picture made of small ink dots; halftone raster please; like looking
        at a newspaper photograph up close; turn me into printed dots; I want a print made of little dots; comic-free,
        simply halftone dots
        """
    ),
    "mosaic": phrases(
        """
        made of lots of little square tiles; a roman tile floor showing my video; lay the image out of coloured stones;
        ceramic tile mosaic; as a mosaic in a church; bathroom tile art; I want tiles with grout between them
        """
    ),
    "posterize": phrases(
        """
        only a handful of flat colors; poster-like flat areas; cut the palette down to very few colors; posterised
        please; simple flat shapes as in a vector drawing; hard color steps, no smooth shading; make it a flat graphic
        poster
        """
    ),
    "pop_duotone": phrases(
        """
        only two colors please, bright ones, like a pop poster; andy warhol would print me like that; a loud duotone in
        magenta and yellow; use two tones, one for dark, one for bright; two-coloured graphic; pop art print with two
        inks; make a spotify-like duotone out of my webcam
        """
    ),
    "pixel": phrases(
        """
        like an old nintendo game; make everything out of big pixels; pixel-art me; eight-bit video game graphics;
        blocky low-resolution look; as a retro game character; turn this into a minecraft-like world
        """
    ),
    "neon": phrases(
        """
        draw only the edges in glowing neon; make outlines shine like neon tubes in the dark; glowing colored lines on
        black; neon contour drawing; I'd like luminous edges and a black background; like a neon sign of myself; edges
        lit up, rest black
        """
    ),
    "crt": phrases(
        """
        like on an old tube tv with lines; make it look like a vhs cassette; scan lines like on an old monitor; 80s
        television look; retro crt tv; as if recorded on video tape in 1988; put tv lines over it
        """
    ),
    "bg_blur": phrases(
        """
        please make my background blurry; keep my face sharp but blur the room; like portrait mode on a phone; I want
        everyone to see me but not my flat, so blur it; a photographer's bokeh in the back of the room; blurred
        surroundings, sharp person; out of focus backdrop
        """
    ),
    "green_screen": phrases(
        """
        replace what is behind me with green; make a green screen for me; I need a chroma key background; green backdrop
        so that I can key it; swap my room for a plain green area; remove everything behind me and make it green;
        virtual greenscreen please
        """
    ),
    "bg_mono": phrases(
        """
        make the background black and white but leave me in color; only I should have color; everything behind me in
        grayscale; gray room, colorful person; remove the colors from the background only; color splash on the person;
        desaturate all but the person
        """
    ),
    "snowfall": phrases(
        """
        let snowflakes drift down in front of the lens; I want it to be snowing right now; big fluffy flakes tumbling
        from above; turn on a snow flurry; animate some snow coming from the sky; could we have a proper blizzard?; make
        white flakes float around us
        """
    ),
    "rain": phrases(
        """
        I want it to be raining in my room; drops of water streaking down all over; give us a real cloudburst; terrible
        weather, soaking wet; as though I forgot my umbrella; have it drizzle in front of the camera; pour water from
        the sky
        """
    ),
    "bg_studio": phrases(
        """
        I should sit before a grey wall as at a photographer's; take my room away and leave a neutral backdrop; I need a
        serious background for a job interview; portrait with a soft grey backdrop; swap whatever is behind me for a
        studio; like an id card picture; clean grey surroundings, person untouched
        """
    ),
    "person_gold": phrases(
        """
        make a statue out of me, all gold; I'd love to look like an Academy Award; as though Midas had laid his hand on
        me; plate the human with shiny gold; me as a sculpture in precious yellow metal; transform the speaker into
        gold; golden human figure, background as it is
        """
    ),
}

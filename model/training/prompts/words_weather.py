"""Vocabulary of the edits that let something fall from the sky."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="snowfall",
        things=phrases(
            """
            a snowfall; a snow flurry; a snowstorm; a blizzard; a snow shower; a scene in falling snow; a shaken snow
            globe; a heavy snowfall
            """
        ),
        looks=phrases(
            """
            full of falling snowflakes; snowing; filled with drifting flakes; hidden behind falling snow; speckled with
            snowflakes in the air
            """
        ),
        acts=phrases(
            """
            let it snow; make it snow; add falling snow; let snowflakes fall; make snow come down; start a snowfall; let
            flakes drift through the picture; let snow fall on everything; bring in a blizzard; sprinkle snowflakes in
            the air
            """
        ),
        details=phrases(
            """
            falling snow; snowflakes in the air; thick white flakes drifting down; snow particles falling; flakes
            swirling around me; snow coming down
            """
        ),
        sayings=phrases(
            """
            snowfall; snow fall; snowing; it snows; it's snowing; let it snow; let it snow, let it snow; falling snow;
            snow falling; snow falls; snowflakes; flakes; snow flakes; snow flurry; flurries; snow shower; snowstorm;
            snow storm; blizzard; snow particles; snow effect; snow overlay; falling snow overlay; snowing effect;
            animated snow; moving snow; snow globe; like inside a snow globe; heavy snowfall; soft snowfall; gentle snow
            coming down; it is snowing outside and inside; can you make it snow?; could it snow, please?; i want it to
            snow; snow in the air; snwofall; snowflakes everywhere; snowflakes falling past the camera; flakes drift by;
            white flakes floating; snow drifting down; snow is coming down hard; whirling snow; swirling flakes; snow
            machine; turn on the snow machine; weather: snow; forecast says snow showers; start snowing; as if it was
            snowing; standing in a snowstorm; caught in a blizzard; a blizzard hit this place; snow is falling on my
            head; christmas eve with snow falling; first snow of the year is falling; snow, falling, flakes; i want
            snowflakes to fall around me; could you make flakes come down from the ceiling?; as if somebody shook the
            snow globe i live in; white flakes should drift through the air; so that it snows in my living room; like a
            christmas movie when it starts to snow; make my room look like it's snowing inside; flakes floating between
            me and the camera; the sky lets its flakes go; frau holle shakes out her pillows; as though the ceiling was
            open and it snowed in; the weather should switch to snowing; let white flakes dance in the air; tiny white
            dots falling slowly; a whirl of flakes around my head; i'm dreaming of flakes falling outside and in; it
            should start to snow now; put moving snow over my video; falling flakes as an overlay; look, it's snowing!;
            oh, it has begun to snow; snow trickles down softly; a snow flurry sweeps through the office; heavy flakes
            tumble down; the first flakes of the year come down; like standing outside while it snows; make flakes blow
            past my face; white stuff falling from above; snowy weather with flakes in motion; do the snow-falling
            thing; edward scissorhands dancing in the falling flakes; home alone final scene with falling flakes; love
            actually, flakes coming down; a gust full of flakes; catch the flakes with my tongue; it won't stop snowing;
            snow cannon blowing flakes over us; flakes drizzle from the clouds; please let it snow on me; add a particle
            effect of snowflakes; winter weather: flakes are falling; a curtain of falling flakes; could you start a
            flurry?; kids cheering because flakes are falling; it snowes; snowwing please; flurry of white flakes
            passing by the lens; snow fallling; what if it started snowing?; flakes falling through the picture; let it
            snow in here; falling snow over my video; snowflakes drift down around me
            """
        ),
        mild=phrases("a few snowflakes; just a couple of flakes; light snowfall"),
        places=phrases("a snow globe; the middle of a snowstorm; a blizzard at the south pole"),
    ),
    EditWords(
        name="rain",
        things=phrases(
            """
            a rainy day; a downpour; a rain shower; a rainstorm; a scene in the rain; a thunderstorm; a monsoon; a wet
            november afternoon
            """
        ),
        looks=phrases("rainy; raining; full of falling rain; rain-soaked; drizzly; streaked with rain"),
        acts=phrases(
            """
            let it rain; make it rain; add falling rain; let raindrops fall; start a downpour; make the weather rainy;
            put me in the rain; let rain pour down; add rain streaks; bring in a rainstorm
            """
        ),
        details=phrases(
            """
            falling rain; rain streaks; raindrops in the air; pouring rain; rain coming down; streaks of falling water
            """
        ),
        sayings=phrases(
            """
            rain; rainy; raining; it rains; it's raining; rainfall; rain fall; falling rain; rain falling; raindrops;
            rain drops; rain streaks; rain effect; rain overlay; animated rain; downpour; shower; rain shower;
            rainstorm; rain storm; drizzle; drizzly; pouring; pouring rain; it's pouring; it is raining cats and dogs;
            heavy rain; thunderstorm; stormy rain; storm; bad weather; wet weather; monsoon; wet day; april showers;
            weather: rain; forecast says rain; start raining; can you make it rain?; i want it to rain; make it look
            like it rains; singing in the rain; as if it was raining; standing in the rain without an umbrella; caught
            in a shower; water drops falling from the sky; streaks of rain in front of the camera; rain is coming down
            hard; gloomy rainy afternoon; typical english weather; seattle weather; rian; rainny day; rain, drops, wet;
            a cloud burst right above me; hurricane weather with lashing rain; i want to stand in the pouring rain;
            could you let rain fall in my room?; as if a cloud had opened above my desk; drops should fall through the
            picture; so that everybody asks for an umbrella; like the final kiss in a film, in the rain; make my room
            look like it's raining inside; water streaks running from top to bottom; the sky opens and it pours; bring
            me an umbrella, it's pouring in here; as though the roof leaked everywhere; the weather should turn wet; let
            drops patter down in front of me; thin grey streaks of falling water; i'm singing in it, splashing in
            puddles; it should start to rain now; put moving rain over my video; rain as an overlay; look, it's
            raining!; it's bucketing down; it's chucking it down; raining cats and dogs in here; a cloudburst in the
            office; a wet day in manchester; scottish summer weather with showers; a bathroom shower over my head;
            drops, drops, drops; tropical rain on the terrace; a shower passes by; like standing at a bus stop in the
            wet; drench me; soak us with a summer shower; do the rainy weather thing; jurassic park in the rain, water
            pouring down; shawshank escape in the downpour; notebook kiss, pouring rain; four weddings, last scene in
            the rain; it won't stop raining; rain rattles down; forecast: showers all day; heavy drops fall from the
            clouds; streaming water from the heavens; the gods are crying; could you start a drizzle?; noah, build the
            ark, it rains; wet weather with visible streaks; thunder and pouring water; add a particle effect of rain
            drops; a curtain of falling rain; it rainss; raindrops keep falling on my head; let me get soaked by a
            shower; make it rian; what if it started raining?; drops falling through the picture; let it rain in here;
            falling rain over my video; rain pours down around me
            """
        ),
        mild=phrases("a light drizzle; just a few raindrops; light rain"),
        places=phrases("a rainy london; the middle of a rainstorm; the rainforest in the wet season; rainy seattle"),
    ),
)

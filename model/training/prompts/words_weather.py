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
            head; christmas eve with snow falling; first snow of the year is falling; snow, falling, flakes
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
            a cloud burst right above me; hurricane weather with lashing rain
            """
        ),
        mild=phrases("a light drizzle; just a few raindrops; light rain"),
        places=phrases("a rainy london; the middle of a rainstorm; the rainforest in the wet season; rainy seattle"),
    ),
)

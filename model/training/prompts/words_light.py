"""Vocabulary of the edits of light, season and place, and of leaving the picture alone."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="identity",
        things=(),
        looks=phrases("unchanged; the same as it is; unedited; exactly like the camera sees it"),
        acts=phrases(
            """
            keep the picture as it is; leave everything unchanged; show the original footage; do not edit anything; pass
            the video through untouched; change nothing; return the unmodified video; keep it the same; turn off all
            filters; remove every effect; preserve the source exactly; stop editing the video; give me back the normal
            camera picture; don't touch the image; let the video through as it came in; show the input without any
            processing; output what goes in
            """
        ),
        details=phrases(
            """
            no effects at all; the plain original image; the raw, unfiltered footage; no changes to color or style; the
            untouched source
            """
        ),
        sayings=phrases(
            """
            no change; no changes; no changes please; original; original footage; original video; unedited; nothing;
            none; no filter; no filters; no effect; no style; off; passthrough; bypass; raw; normal; as is; default;
            identity; same as input; do nothing; just the camera; plain webcam; natural look, no edit; keep original
            colors; leave it alone; i don't want any filter; dont change anything; keep teh original; reset to the
            original picture; make no changes to the video; the video should stay exactly like it is; what the camera
            sees, nothing else; real life, unedited; show me how i really look; back to normal; disable the effect; can
            you leave it as it was?; copy the input; clean feed; without any effects; original image, no modification;
            normal video; real colors; real world; ordinary camera picture; untouched; unmodified; unaltered; no
            processing; no editing; no modification; turn it off; switch the effect off; clear the style; undo
            everything; reset; authentic footage; reality; true to life; i like it how it is; leave the image alone
            please; nothing special, regular video; keep it natural; let it through without changes; same picture, same
            colors; don't modify the stream; plain video; regular camera view; exactly what was recorded; what the lens
            sees; skip the effect; none of the styles; please don't apply anything to my webcam; just give me what the
            lens recorded; skip all processing; leave this video alone, it is fine; i prefer the image without
            modifications; zero editing; let the feed come out the same way it came in
            """
        ),
        graded=False,
    ),
    EditWords(
        name="golden_hour",
        things=phrases(
            """
            a scene at golden hour; a warm sunset scene; a sunlit evening; a picture taken at dusk in golden light; a
            summer evening by the sea at sundown; a golden sunrise; a shot in warm late afternoon sun
            """
        ),
        looks=phrases(
            """
            warm and golden; bathed in sunset light; lit by the evening sun; sunny and warm; glowing in golden light;
            orange like a sunset; sun-drenched; drenched in amber; sunlit
            """
        ),
        acts=phrases(
            """
            light the scene with a low golden sun; bathe everything in warm sunset light; make it golden hour; add warm
            orange sunlight; set the time to sunset; warm up the light like in the late afternoon; relight it as if the
            sun was going down; bring in the setting sun; tint the light amber
            """
        ),
        details=phrases(
            """
            soft golden sunlight; warm orange evening light; a sunset glow on everything; low warm sun and amber
            highlights; honey colored light; the glow of sunrise
            """
        ),
        sayings=phrases(
            """
            golden hour; goldenhour; sunset; sun set; sunrise; golden light; warm; warm light; warmer; evening sun;
            magic hour; sunny; golden hour, warm, soft light; make it look like sunset; warm summer evening vibes; beach
            at sunset feeling; sunset lighting pls; cozy warm light; glowing warm sunshine; late afternoon sun; like the
            sun is about to go down; instagram golden hour selfie; orange glow; amber light; could you make the light
            warmer?; as if filmed at dawn with a warm sun; gloden hour; sun kissed look; terrence malick sunlight;
            candle-warm evening glow; make the lighting warm and golden; cinematic sunset; dusk; dawn; sundown; setting
            sun; low sun; the sun goes down; sun-drenched; amber sunlight; orange evening light; golden; golden glow;
            backlit by the sun; sunshine; summer evening; tuscany at sunset; warm tones; warmer colors; warm and sunny;
            california sunset; warm backlight; soft warm glow on my face; romantic evening sun; late sun through the
            window; first light of the morning; honey light; sun flare; glowing sunset sky; desert sunset; warm white
            balance; sunlit; daybreak; the sun is setting and everything glows; rich amber backlight near evening; make
            the room look sun-drenched; warm it up with a low sun; sundown mood; photographed an hour before dusk, soft
            gold; lovely orange sunlight on my face
            """
        ),
        mild=phrases("a bit warmer; a hint of evening sun; slightly warmer light"),
        places=phrases(
            """
            tuscany at sunset; a beach at sundown; california in the evening sun; the savanna at dusk; the desert at
            sunset; an island in the last light of summer
            """
        ),
    ),
    EditWords(
        name="moonlit_night",
        things=phrases(
            """
            a moonlit night; a night scene; a scene at midnight; a dark blue night; a night under a full moon; a day for
            night shot; a quiet night outdoors; a dark night; the dead of night
            """
        ),
        looks=phrases(
            """
            dark and moonlit; night time; lit by the moon; dark blue like the night; nocturnal; as dark as midnight;
            dark; night-like and blue; under the moon
            """
        ),
        acts=phrases(
            """
            turn day into night; make it night; light the scene with moonlight only; set the time to midnight; darken it
            to a blue night; put everything under a full moon; change the daylight to moonlight; let night fall; replace
            the sun with the moon
            """
        ),
        details=phrases(
            """
            cold blue moonlight; the darkness of night; deep blue shadows and pale moonlight; a dim night atmosphere;
            silver light from the moon
            """
        ),
        sayings=phrases(
            """
            night; nighttime; night time; at night; moonlight; moonlit; moon light; midnight; full moon; day for night;
            dark night; blue night; make it night; nite; make it look like its night; dark blue, moon, night; under the
            stars at night; like someone turned off the sun; spooky night in the woods; the middle of the night; after
            dark; late at night under the moon; filmed at 3 am in the moonlight; werewolf night; night scene, moonlight,
            quiet; can it be night time?; dark moody night; it should be dark outside with the moon shining; starry
            night sky mood, dim and blue; evening turned to night; moonlit nigth; nocturne; nightfall has come;
            darkness; dark; lunar light; moonshine; moonbeams; moon glow; twilight turned to deep night; night sky;
            lights out; nighttime mood; late night; bedtime; witching hour; vampire night; campfire gone out, only the
            moon; american night; dim blue darkness; dark as night; night shot; it is night; no sun, only moon; make it
            dark out; nighttime version; turn the sun off; blue hour into night; night falls over the city; dead of
            night; pitch dark with moonlight; sleepless night; it's long past bedtime and only the moon is out;
            nighttime please, lit by lunar glow; a gloomy blue evening with moonbeams; shift the clock to 2 am; relight
            as a dark night with moon; nightfall; pretend the sun is gone and the moon is up
            """
        ),
        mild=phrases("a little darker, like early night; slightly moonlit"),
        places=phrases(
            """
            a forest at midnight; a castle under the full moon; transylvania by night; a graveyard at night; the
            countryside after dark; a village asleep under the moon
            """
        ),
    ),
    EditWords(
        name="winter",
        things=phrases(
            """
            a winter scene; a snowy day; a frozen landscape; a cold january morning; a scene in the arctic; an icy
            world; a picture from a ski trip in the snow; a polar expedition
            """
        ),
        looks=phrases(
            """
            wintry; frozen; icy cold; snowy; frosty; cold and white like winter; snow-white and cold; chilly; freezing;
            polar
            """
        ),
        acts=phrases(
            """
            cover everything in snow; change the season to winter; freeze the scene; make it cold and snowy; add frost
            and snow; turn summer into winter; give it a freezing icy atmosphere; chill the picture to below zero
            """
        ),
        details=phrases(
            """
            cold white light and snow; frost on everything; icy blue-white colors; the pale light of a snowy day; snow
            covered ground; freezing cold tones
            """
        ),
        sayings=phrases(
            """
            winter; snow; snowy; frost; frosty; ice; icy; cold; frozen; arctic; christmas snow; winter wonderland; make
            it winter; like in the movie frozen; north pole; antarctica; winter is coming; ice age; cold winter morning,
            frost, pale light; freezing cold look; cold blue white snowy look; siberia in december; could you make it
            snowy?; winter vibes; as if it was minus twenty degrees; snowy landscape everywhere; wintery; wintre; white
            christmas; cooler, frosty colors; glacier; iceland in january; alaska; alps; ski resort; ski slope;
            freezing; freezing weather; frostbite; cold weather; cold colors; chilly; ice cold; icicles; polar; north
            pole expedition; december; february frost; frozen lake; norwegian winter; narnia under the white witch;
            everything covered with snow; white snow on the ground; hoth; below zero; cool icy tones; igloo; hoarfrost;
            lapland trip; chilly, snow-white and pale blue; make it feel like the alps in february; bring on the snow
            and ice; subzero weather mood; transport me to lapland; everything is freezing and dusted with snow
            """
        ),
        mild=phrases("a bit colder, a touch of frost; slightly wintry"),
        places=phrases(
            """
            the arctic; lapland; greenland; norway in january; alaska; the north pole; antarctica; the himalayas; a ski
            resort; the russian tundra; the ice planet hoth; narnia; the palace of the snow queen; iceland in winter; a
            mountain hut in december; canada in the deep of winter; a freezer; the frozen castle of elsa
            """
        ),
    ),
    EditWords(
        name="autumn",
        things=phrases(
            """
            an autumn scene; a fall day; an october afternoon; a forest in autumn; a scene full of fall foliage; a park
            in autumn colors; a harvest season; a walk through october woods
            """
        ),
        looks=phrases(
            """
            autumnal; fall colored; red and orange like autumn leaves; rusty and autumnal; like indian summer; crimson
            and gold like fall; fall-like
            """
        ),
        acts=phrases(
            """
            turn all the leaves orange; change the season to autumn; make it fall; turn the green into red and orange;
            color the plants like autumn foliage; give it the colors of october; shift the greens to orange and red; let
            the leaves turn
            """
        ),
        details=phrases(
            """
            orange and red leaves; fall foliage colors; rusty red, orange and brown leaf colors; autumn leaves
            everywhere; the colors of october trees
            """
        ),
        sayings=phrases(
            """
            autumn; fall; fall colors; fall season; fall foliage; autumn leaves; autum; october; november leaves; indian
            summer; thanksgiving season; pumpkin spice; pumpkin season; make it autumn; make it look like fall; autumn
            vibes; cozy fall vibes; orange leaves, red trees, autumn; new england in the fall; leaf peeping in vermont;
            all the leaves are brown; trees turning red; green turns to orange; harvest season; september woods; could
            it be autumn?; autumn colours please; crisp october day with colorful leaves; halloween season foliage;
            maple leaves; fall weather; red maple forest; foliage; fallen leaves; falling leaves; golden leaves; crimson
            leaves; leaves changing color; red and orange leaves; orange foliage; rusty leaf colors; oak trees in
            october; hiking in october; late october; november; september; sweater weather; apple picking season;
            vineyard in fall; autumn forest; autumn tones; autumn mood; autumn palette in red and gold; fall tones; fall
            palette; gilmore girls fall; canada in october; halloween leaves; thanksgiving colors; turkey day season;
            harvest time; make the trees orange; make the grass brown and orange; cozy october; leaf fall; leaves
            turning gold and crimson; a walk through the woods in late october; shift greens toward orange like the
            fall; autumnal palette; recolor it to harvest time; sweater weather with falling leaves; trees on fire with
            fall color
            """
        ),
        mild=phrases("a little autumn color; early autumn, the leaves just turning"),
        places=phrases(
            """
            new england in october; vermont in the fall; a vineyard in october; a maple forest in canada; a pumpkin
            farm; central park in november; an orchard at harvest time
            """
        ),
    ),
    EditWords(
        name="underwater",
        things=phrases(
            """
            an underwater scene; a scene at the bottom of the sea; a dive in the ocean; a world under the sea; a view
            into an aquarium; a scuba diving video; a snorkeling trip; a fish tank; the ocean floor
            """
        ),
        looks=phrases(
            """
            underwater; submerged; like the deep sea; teal and watery; sunken in the ocean; like a coral reef dive;
            immersed in sea water; oceanic; subaquatic
            """
        ),
        acts=phrases(
            """
            put everything under water; submerge the scene in the ocean; flood the room; make it look like the bottom of
            the sea; sink it into deep blue water; film it as if diving; dip the camera into the sea; fill the scene
            with water; let us swim under the surface
            """
        ),
        details=phrases(
            """
            blue-green water all around; light rays through sea water; the teal haze of the ocean; deep sea colors; the
            murky blue of a dive; water light playing over everything
            """
        ),
        sayings=phrases(
            """
            underwater; under water; under the sea; ocean; deep ocean; deep sea; sea; aquarium; scuba; scuba diving;
            diving; submarine view; atlantis; undewater; bottom of the pool; swimming pool, below the surface; like
            finding nemo; the little mermaid's world; jacques cousteau documentary; bikini bottom; aquatic; blue green,
            watery, deep; as if i was in a fish tank; put me in the ocean; make the room look flooded; teal ocean haze;
            coral reef; can you make it look like we are under water?; sunken shipwreck mood; marine blue depths;
            drowned in the sea; diver's view; beneath the waves; below the sea; below the surface; sea floor; ocean
            floor; sea bed; snorkeling; snorkel trip; diver; fish tank; mermaid; merman; swimming underwater; deep blue;
            deep blue water; blue water everywhere; great barrier reef; jaws; nautilus; 20000 leagues under the sea;
            shark tank; titanic wreck; deep dive; spongebob; aquaman; marine; oceanic; soaked in sea water; lagoon;
            mariana trench; flooded; pool view from below; subaquatic; water world; as though the camera was dropped
            into the sea; we live beneath the waves; snorkeling vibe; everything is soaked in ocean water; a mermaid's
            view; fill the frame with deep blue water; make it look like i'm swimming with fish
            """
        ),
        mild=phrases("slightly underwater; just a little ocean haze"),
        places=phrases(
            """
            atlantis; the bottom of the sea; a coral reef; the great barrier reef; a fish tank; a submarine; a swimming
            pool, below the surface; the home of the little mermaid; bikini bottom
            """
        ),
    ),
    EditWords(
        name="cyberpunk",
        things=phrases(
            """
            a cyberpunk city; a scene from blade runner; a futuristic neon city at night; a dystopian sci-fi future; a
            synthwave video; a night in neo tokyo; a cyberpunk game; a science fiction metropolis; a hacker movie; a
            rainy megacity of the future
            """
        ),
        looks=phrases(
            """
            cyberpunk; futuristic in purple and teal; like blade runner; magenta and cyan lit; synthwave colored;
            vaporwave; violet and turquoise; cyber; like a sci-fi metropolis
            """
        ),
        acts=phrases(
            """
            light it with magenta and cyan city lights; move us into a cyberpunk future; grade it in purple and teal;
            make it a dystopian high-tech night; add futuristic pink and blue lighting; give it cyberpunk colors; bring
            us to the year 2099; drench it in violet and turquoise
            """
        ),
        details=phrases(
            """
            magenta and teal lighting; pink and cyan city lights; a futuristic purple glow; dystopian purple and blue
            tones; the colored lights of a sci-fi city
            """
        ),
        sayings=phrases(
            """
            cyberpunk; cyber punk; cybrpunk; cyberpunk 2077; night city; blade runner; blade runner 2049; synthwave;
            vaporwave; outrun; retrowave; sci-fi; futuristic; futuristic city; dystopia; dystopian future; neo tokyo;
            ghost in the shell colors; purple and teal; teal and magenta; pink and blue lights; neon city; neon-lit
            alley in the rain; hacker den lighting; edgerunner vibes; high tech low life; make it cyberpunk; can you
            make it look like cyberpunk?; future megacity at night; matrix-like future but purple; gamer room with rgb
            lights; 2077; year 2099; 2049; sci-fi city; sci fi metropolis; science fiction; science fiction movie;
            megacity; metropolis of tomorrow; hacker; hacker movie; android city; replicant; deus ex; akira city;
            altered carbon; violet and turquoise; violet and cyan light; purple cyan grade; pink signs in the rain;
            rainy future street; hologram ads; holographic future; synthwave sunset grid; synthwave album; retro future
            80s; miami vice pink and cyan; electric purple; club light, purple and blue; magenta; ultraviolet nightlife;
            shibuya in the year 2100; robots and hackers; corporate dystopia; cyber; cyber aesthetic; rainy megacity in
            the year 2099 with pink signs; futuristic hacker movie with violet and turquoise light; cyber-punk
            aesthetics; deckard walking through los angeles 2049; night in a sci-fi metropolis; synth wave retro future;
            dress the scene in electric magenta and cyan like a sci-fi game
            """
        ),
        mild=phrases("a little cyberpunk color; slight purple and teal tint"),
        places=phrases(
            """
            night city; a street in neo tokyo; a megacity of 2077; a hacker's den; shibuya at night in the future; the
            world of blade runner; a futuristic hong kong; the inside of a sci-fi nightclub
            """
        ),
    ),
)

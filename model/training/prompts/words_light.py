"""Vocabulary of leaving the picture alone, and of the edits of light, night and snow-covered winter."""

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
            modifications; zero editing; let the feed come out the same way it came in; could you just leave my picture
            the way the camera delivers it?; i'd rather not have any effect right now; no need to edit anything today;
            let me see myself the way everybody else sees me; please give me the untreated camera stream; turn all the
            styling off, i have a serious meeting; i want to look like i always look; show things as they really are;
            keep your hands off the picture; every colour stays where it is; nothing should be added and nothing taken
            away; the same image in and out; hand the frames on as they arrive; don't apply a look; i just need an
            honest camera; like a mirror, nothing more; forward the webcam without touching it; could we go without a
            filter for this call?; the picture is good as it is, leave it; it should look like reality; no magic today,
            plain camera please; unaltered footage for the record; keep everything exactly as filmed; i don't need a
            style; don't stylise anything; give me an untouched view of the room; remove all looks and show the bare
            camera image; as though no editor existed; straight from the sensor; what you get is what the camera saw;
            the output has to equal the input; switch to the clean picture; deactivate all styles; documentary honesty,
            no treatment; just stream the camera as is; plaese leave the video as it is; give me the orignal; the colors
            stay the way they are; back to the camera, nothing on top; same as before, without the filter; show my face
            how it is; i liked it more without the effect
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
            gold; lovely orange sunlight on my face; i want to look like i'm standing on a terrace while the sun goes
            down; could you let some evening sun into the room?; the light should come in low and orange; long shadows
            and honey on every surface; as if the curtains were open to a setting sun; so that my skin glows like at six
            in the evening in august; replace the lamp light with sunset light; the sky turns orange and my face glows;
            swap the cold office light for a warm evening sun; like the last hour before the sun disappears; a holiday
            evening at the seaside, everything amber; make it feel like we are having drinks on a rooftop at sundown;
            pour warm sunlight over the whole scene; make my kitchen glow like an evening in provence; give my face that
            light photographers wait all day for; that lovely orange light just before dusk; sun low over the fields,
            warm haze; bring the warmth of a late summer sun; i wish the sun was setting behind my window; like the
            closing shot of a romantic road movie, sun on the horizon; the white walls should turn peach and apricot in
            the evening sun; tint the highlights orange like a sinking sun; a glow as from a sunset over the ocean; it's
            seven pm in july and the sun is almost gone; make the light honey-coloured and soft; warm sunbeams falling
            sideways through the room; like a wedding shoot in evening light; less blue, more sunset; safari at dusk
            with the sun hanging low; could we have a sunrise in here?; the cold light should give way to warm sunshine;
            as if the whole flat faced west in the evening; paint the room with the colours of a sunset; sunset over
            santorini light on us; make the lamps feel like the evening sun; lion king opening sunrise; la la land
            hilltop dusk, warm; sunest light please; warm up the colors as if the sun was low; let the sunrise shine on
            my face; evening sun through the blinds, golden stripes; replace gray daylight with a golden evening; what
            if the sun was just setting?
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
            as a dark night with moon; nightfall; pretend the sun is gone and the moon is up; i want it to look as if i
            was sitting here at midnight; could you switch the sun for the moon?; the sky goes black and only moonlight
            is left; replace daylight by cold moonlight; so that it seems to be three in the morning; as if all lamps
            were out and the moon shone in; like a stroll through the woods under a full moon; make my room look like
            everybody is asleep; the daylight should disappear, only pale moon rays remain; blue shadows everywhere and
            a silver rim on my hair; everything sinks into deep blue darkness; when the clock strikes twelve and the
            moon is high; make it feel like camping out at night with just the moon; shot day-for-night as in an old
            hollywood western; the brightness goes down and the picture turns blue like after nightfall; let my window
            show the dead of the night; it is night and owls are hooting; wolves are howling at the moon; my garden by
            moonlight; i am a burglar and only the moon sees me; take the daylight away; pretend it's night time in my
            office; how would this room look in the moonshine?; a lullaby mood, dark and blue; like standing on a
            balcony at night without a lamp; batman on the rooftop under the moon; swap noon for midnight; silvery light
            of the moon on my face, the rest dark; darken the scene as if the sun had set hours ago; a lonely country
            road by night; the moon is the only lamp; switch off the day; halloween midnight in the churchyard; give me
            a cold blue nocturnal mood; make it nihgt; turn the lights out and let the moon in; the colors of a night
            sky over everything; what if it was midnight here?; the sun should be gone; gray-blue moonlight in a dark
            room
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
            and ice; subzero weather mood; transport me to lapland; everything is freezing and dusted with snow; could
            you make it look freezing in here?; as if it had snowed all night and now everything is white; replace the
            green by frost and snow; drain the warmth and leave ice; the trees should be white and the air icy; so cold
            that you can see your breath; my room as an ice cave; like a morning in the alps with fresh snow on the
            ground; cover my furniture with frost; pale blue light and frozen surfaces; the grass turns white, the light
            turns cold; as cold as inside a freezer; everything wears a coat of snow; give my skin that frosty cold
            tone; turn the warm colours into icy ones; summer should become deep winter; a sleigh ride landscape; like a
            scene at the south pole station; ice flowers on every window; like winterfell behind the wall; game of
            thrones north of the wall, white and cold; fargo snow landscape; doctor zhivago ice palace; the revenant,
            frozen wilderness; it's january and the lake is frozen over; make the scenery snow-covered; let the room
            freeze over; whiten everything as if snow was lying there; bluish white and bitterly cold; as though
            somebody had opened the door to the arctic; a ski holiday feeling; as if we were sitting in an igloo; white
            roofs, white trees, white streets; frost creeps over the walls; dress the landscape in white; cold season
            please; replace summer with a snowy january; the picture should feel like minus thirty; snow covered wintery
            landscape please; turn the temperature down until it all freezes; deep frozen world; make it wintery and
            frozn; snow lies on everything; a cold white landscape instead of mine; the ground is white and hard with
            frost; gray and white colors of a freezing morning; walking on a frozen lake; inuit village scenery; let
            jack frost visit; penguins would feel at home here
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
)

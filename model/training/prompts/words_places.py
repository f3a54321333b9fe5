"""Vocabulary of the edits that move the scene: into autumn, under water, into the city of the future."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
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
            fall color; i want to look like i'm walking through a forest in late october; could you turn my plants
            orange?; all that is green should become red and brown; replace summer leaves by autumn foliage; the lawn
            goes rusty and the trees go gold; as if the summer was over and leaves were turning; so that it feels like
            thanksgiving; make my garden look like the end of october; like a walk in the park when the chestnuts fall;
            swap every green for orange; the hedges should turn copper; warm browns and reds instead of green; colours
            of pumpkins and chestnuts; my houseplant should have autumn leaves; drain the green and bring in rust and
            copper; make the woods behind me blaze in red and orange; it's the season of pumpkins and falling leaves; as
            though it was harvest festival; the foliage changes from green to crimson; golden october please; time for
            pumpkin lattes and wool scarves; a new hampshire road lined with red maples; like the trees in when harry
            met sally; dead poets society campus in the fall; where did the summer go, make it october; let the leaves
            wither to brown and orange; summer turns into fall; everything in the tones of fallen leaves; give the
            bushes an orange coat; could we have fall foliage here?; turn the meadow ochre and the trees scarlet;
            mushrooms, chestnuts, red leaves; back to school season colours, orange trees; an indian summer afternoon in
            the park; vegetation in red, ochre and brown; atumn leaves please; the trees change color, red and gold;
            what if it was october?; leaves as brown as rust; replace green grass by a carpet of dead leaves; the color
            of everything green should be orange
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
            view; fill the frame with deep blue water; make it look like i'm swimming with fish; i want to look like a
            diver in the ocean; could you flood my office with sea water?; as if i was talking to you from a submarine;
            replace the air with water; the room should sink to the bottom of the sea; so that fish could swim past me;
            like looking through a diving mask; blue-green haze and light dancing from the surface above; make my room
            look like the inside of an aquarium; red vanishes and everything turns teal like on a dive; the daylight
            comes down through the waves; as if my chair stood on the seabed; take me down to the deep; as though the
            tide had come in over my head; we are fish now; my desk is at the bottom of a lake; turn the living room
            into a fish tank; the whole picture should look soaked and turquoise like the sea; sinking slowly below the
            waves; like a documentary about coral reefs; the abyss movie; avatar way of water; waterworld dive;
            subnautica game view; bioshock rapture, under the ocean; poseidon's palace; let the ocean swallow my room;
            like being in the pool with open eyes; seen through metres of water; murky sea green with sun rays from
            above; a whale's point of view; hold your breath, we go under; could the camera be under the surface?; sea
            water everywhere, blue and dim; tint me like a snorkeller in a lagoon; sunlight filtering down through the
            sea; make it look underwatter; what if the sea level rose above my desk?; sea-green color and wobbling light
            from above; a shark could come along any minute; my webcam fell into the pool; live from the coral reef
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
            dress the scene in electric magenta and cyan like a sci-fi game; i want to look like a hacker in the year
            2088; could you light my room like a night club in neo tokyo?; as if i lived in a megacity of the future;
            replace the daylight with pink and turquoise city light; the shadows go teal and the highlights magenta;
            like the streets in blade runner after rain; so that it feels like science fiction; make my flat look like
            an apartment in night city; purple haze over a high-tech skyline; swap normal colours for violet and cyan;
            skin in magenta, walls in cyan; my office belongs to a corporation of the future; a dystopian tomorrow full
            of holograms; let it look like an android wrote it; light me with purple and aqua like an 80s synth record;
            like driving through the city in the movie drive, pink and blue; total recall mars bar; the fifth element
            city; love death and robots city; arcane zaun lights; we are in the far future and it is always night; high
            tech and low life please; could you make me a character of cyberpunk 2077?; bring in the colours of hong
            kong at night in the next century; a robot bar with purple light; a rainy alley in seoul of the future,
            magenta signs; sci-fi colour grading in teal and purple; electric future; retro-futuristic synth look;
            streamer room with purple and cyan leds; magenta rim light from one side, cyan from the other; vaporwave
            dream in pink and turquoise; turn my street into a futuristic district; make me look cyberpnk; what if we
            lived in 2090?; city of the future, purple and cyan; magenta lights on my face and teal shadows; a world run
            by robots and megacorps; replace my room with the light of a sci-fi city
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

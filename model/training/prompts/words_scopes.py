"""Vocabulary of the edits that look through a night scope, a thermal camera or an X-ray."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="night_vision",
        things=phrases(
            """
            a night vision view; footage from night vision goggles; a green military night scope; a nightshot camcorder
            video; a green phosphor display of a night scope; a soldier's goggles at night; a green military camera at
            night; an army night patrol video
            """
        ),
        looks=phrases(
            """
            green like night vision; night vision green; as seen through night vision goggles; green and grainy like a
            night scope; military green; tactical green
            """
        ),
        acts=phrases(
            """
            switch on night vision; show it through night vision goggles; make it green like a military night scope;
            amplify the light like a starlight scope; view it through green nvg; use night vision mode; put on the night
            goggles; let me see in the dark like a soldier
            """
        ),
        details=phrases(
            """
            bright green phosphor tones; the green glow of night vision goggles; amplified green light in the dark; only
            shades of green like nvg; a green tactical night sight image
            """
        ),
        sayings=phrases(
            """
            night vision; nightvision; night-vision; night vison; nvg; nv goggles; night vision goggles; green night
            vision; night scope; military goggles; special forces raid at night; green goggles; call of duty night
            mission; splinter cell goggles; paranormal activity night cam; ghost hunting camera green; zero dark thirty
            raid; green monochrome like army goggles; nightshot mode; wildlife camera at night, green; green phosphor,
            tactical, night sight; starlight scope; image intensifier; turn on the night vision please; sniper scope in
            the dark; green tinted night camera; how would it look through night vision?; soldier night vision view;
            seal team night goggles; everything green like nvgs; low light military camera; nvd; night optical device;
            green infrared spotlight camera; gen 3 night vision; commando raid in green; army night patrol; green helmet
            camera at night; black ops goggles; navy seals; stealth game goggles; metal gear night goggles; rainbow six
            night vision; trail camera in the dark; hunting scope at night; spy goggles; see in the dark; seeing in the
            dark like a soldier; green light amplifier; light amplification; bodycam of a night raid; green glowing
            night footage; eyes glowing green in the dark; pilot's night goggles; desert storm night footage; gulf war
            green video; blair witch green camera; tactical green; all green, low light; green military camera;
            surveillance in the dark, green tint; as a commando would see in the dark, all green; green-tinted
            surveillance of a midnight patrol; nvg feed from a helicopter pilot; put night-vision optics on the camera;
            military green low-light goggles; trail cam green at night; view like in a stealth game with goggles on; i
            want to look like a target in a night scope; could you show me the way soldiers see in the dark?; as if
            filmed through a green military scope; replace all colours with glowing green; green and black only, like
            army goggles; the picture should glow green as through nvgs; like a night raid seen from a helmet; so that i
            can play special forces; make my room look like a building searched by commandos; green shimmer as on a
            sniper's display; drain the colours and leave phosphor green; the lights are off and the goggles are on;
            what would a marine see in here at 2 am?; green noise and bright eyes as in a ghost hunt; swap my webcam for
            a starlight camera; my living room under surveillance by night, in green; an owl camera in the forest at
            night, green; as through the eyes of a secret agent with night goggles; fallujah patrol footage, green;
            sicario tunnel scene in green; silence of the lambs basement goggles; cloverfield tunnel night mode; far cry
            night goggles; ghost recon goggles; modern warfare clean house mission; counter-terrorist unit in the dark;
            hunting wild boars at night with a scope; bright green silhouettes in a black night; intensify the little
            light there is into green; military night optics on my camera; make everything phosphor green; residual
            light amplifier; could you put night goggles in front of the lens?; a burglar caught by a green night
            camera; nigth vision goggles on; what if the lights were off and i wore goggles?; military green picture; a
            green glow like in a night raid; make the colors green like a scope at night; green as on a soldier's
            eyepiece
            """
        ),
        mild=phrases("a faint night vision green; slightly green like a night scope"),
        places=phrases(
            """
            a commando raid at night; a dark battlefield; a haunted house filmed by ghost hunters; a spy mission in the
            dark
            """
        ),
    ),
    EditWords(
        name="thermal",
        things=phrases(
            """
            a thermal camera image; a heat map; a heat vision view; an infrared thermography picture; the predator's
            heat vision; a thermal imaging scan; a flir camera video; a heat scan; a thermogram; a thermal drone video
            """
        ),
        looks=phrases(
            """
            thermal; like a heat map; colored by temperature; like heat vision; in thermal false colors; hot and cold
            colored; thermographic; heat mapped; false-colored by heat
            """
        ),
        acts=phrases(
            """
            show the body heat; show it through a thermal camera; map the brightness to heat colors; switch to heat
            vision; color everything by its temperature; visualize the heat; make it look like thermal imaging; scan the
            heat; turn on the thermal camera; paint hot things yellow and cold things purple
            """
        ),
        details=phrases(
            """
            false colors from cold blue to hot yellow; purple, orange and yellow heat colors; warm things glowing yellow
            and white; a temperature color map; the rainbow of a heat camera; hot spots glowing
            """
        ),
        sayings=phrases(
            """
            thermal; thermal camera; thermal vision; thermal imaging; therml camera; heatmap; heat map; heat vision;
            heat camera; heat signature; infrared heat; flir; thermography; predator vision; like the predator sees me;
            body heat scanner; temperature view; thermal cam pls; police helicopter heat camera; firefighter heat
            camera; inferno color map; hot is yellow, cold is purple; heat sensor image; thermal false color, orange,
            purple; fever scanner at the airport; where is it warm and where is it cold?; ironbow palette; warmth made
            visible; building heat loss scan; thermal goggles; show heat signatures; infrared thermometer picture;
            infrared heat camera; heat-seeking; heat seeking missile view; heat scan; heat scanner; temperature map;
            temperature colors; temperature camera; show temperatures; warm bodies; warm body glowing; hot and cold;
            hotspots; thermogram; thermographic; thermographer; thermal scope; thermal drone footage; thermal picture;
            body temperature; calorimeter colors; ir thermometer view; heat image; heat radiation; rainbow heat colors;
            false-color heat; predator; predator movie alien view; yellow hot, purple cold; plasma colormap; color by
            temperature; warm skin in yellow, cold wall in blue; render temperatures as colors; what a heat-seeking
            missile sees; infrared heat picture, yellow for warm bodies; see me through a thermographic lens;
            false-color heat imagery; warm skin should glow, cold walls should be purple; make a heat scan of the room;
            i want to see who is warm and who is cold; could you show the temperature of everything as colour?; as if i
            was the alien hunter looking for body heat; replace the colours with a temperature scale; my face should
            glow yellow and the wall should be violet; hot parts white, cold parts blue; like the camera a firefighter
            carries into smoke; so that one sees the warmth of my coffee; make my room look like a heat loss survey;
            warm skin lights up, cool things stay dark purple; blue, purple, red, orange, yellow by heat; swap daylight
            for infrared warmth; where is the hottest spot in this room?; like a snake seeing its prey's warmth; a
            plumber searching for hot pipes with his camera; heat radiation of my body please; the screen at airport
            fever control; police drone searching for a warm body; metal gear thermal goggles; arnold hides in the mud
            from the predator; from cold black through purple to hot yellow; rescue helicopter looking for survivors by
            their warmth; as through an infrared thermometer with a picture; paint people in fire colours and the rest
            in cold violet; my ears are cold and my cheeks are hot, show it; an insulation check of my house; make
            warmth visible in rainbow colours; the colours of a stovetop seen in infrared; a map of heat instead of a
            picture; translate brightness into temperatures; body warmth as orange glow; let me be a blob of warm
            colours; seek heat; vet looking for inflammation on a horse with heat camera; termal camera please; what
            would a heat camera see?; color me by my temperature; body heat in red and yellow; cold things blue, hot
            things red; the warmth of my body as colors
            """
        ),
        mild=phrases("a faint heat map; slightly thermal colors"),
        places=phrases(
            """
            the view of the predator; the screen of a police helicopter; a firefighter's camera; the eyes of a snake
            hunting by heat
            """
        ),
    ),
    EditWords(
        name="xray",
        things=phrases(
            """
            an x-ray image; a photo negative; a radiograph; an inverted picture; a film negative; a hospital x-ray; a
            luggage scanner picture; a negative of a photo; an inverted image
            """
        ),
        looks=phrases(
            """
            inverted; like an x-ray; negative; as a photographic negative; with all tones reversed; color-inverted;
            x-rayed; reversed
            """
        ),
        acts=phrases(
            """
            invert the colors; turn it into a negative; swap light and dark; x-ray the scene; reverse all tones; make
            white black and black white; flip dark and bright; turn every color into its opposite; exchange black and
            white; develop it as a negative
            """
        ),
        details=phrases(
            """
            inverted tones; dark and light exchanged; the pale glow of an x-ray; reversed brightness; negative film
            tones; bones glowing on a radiology screen
            """
        ),
        sayings=phrases(
            """
            xray; x-ray; x ray; xray pls; x-rays; roentgen; radiograph; radiology; negative; photo negative; film
            negative; color negative; invert; inverted; invert colors; invert colours; inverted colors; inverse; reverse
            the colors; x-ray scan at the doctor; airport security scanner; see through me like an x-ray machine;
            skeleton scan; negitive image; undeveloped film strip; opposite colors; make bright things dark and dark
            things bright; white becomes black; how would it look as an x-ray?; medical scan, inverted; ct scan; strange
            inverted world; darkroom negative; inversion; color inversion; colors inverted; invert image; invert it;
            inverted tones; inverted negative; reversed; reversed colors; reverse video; negative colors; negative of a
            photo; neg film; flip the colors; complementary colors; swap black and white; light is dark, dark is light;
            day-glo opposite negative; x-ray vision; x-ray film; x-ray plate; x-ray photograph; broken bone x-ray;
            dentist x-ray; luggage scanner; hospital scan; bones; skeleton; skull x-ray; radiologist; mri; developed
            negative; upside-down brightness; photographic negative; anti color; like an airport luggage x-ray; flip
            every color to its opposite; show the picture as a developed negative; reverse black and white values;
            doctor's radiography plate; colour inversion; what was bright should turn dark; i want to look like my own
            negative; could you turn light into dark and dark into light?; as if i was lying on the radiologist's table;
            replace every colour by its opposite; my white shirt should be black and my dark hair white; like holding a
            strip of negatives against a lamp; so that it looks like a scan at the hospital; make my room look like a
            developed film strip, reversed; swap bright for dark everywhere; white turns black, black turns white, blue
            turns orange; the sky goes dark and the shadows shine; like a picture of a broken arm at the doctor's; as
            seen on the screen of the baggage check; red becomes cyan, green becomes magenta; flip all values;
            everything the other way round in brightness; mirror world where shadows glow; teeth black, pupils white; a
            ghostly inverted picture; put me through the scanner at the airport; show the film before it is printed; the
            negative from the darkroom, please; dentist's scan on a light box; hollow man skeleton view; superman's
            x-ray eyes; marie curie's first bone pictures; wilhelm röntgen's hand picture; one minus the picture; high
            contrast mode with inverted colours; accessibility colour inversion; like photoshop ctrl+i; opposite world
            colours; skin turns blue, lips turn green; turn the tones upside down; can i see my bones on a plate?;
            photographic reversal, dark for light; ct image look; an mri of my head; x-rey picture; what would the
            negative look like?; opposite colors please; black for white and white for black; like an image on the
            doctor's light box; all the colors switched to their opposite
            """
        ),
        graded=False,
        places=phrases(
            """
            the radiology department; an airport baggage scanner; a world where light and dark are swapped; a dentist's
            picture
            """
        ),
    ),
)

"""Vocabulary of the edits that look like an old screen, a game or glowing tubes."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="pixel",
        things=phrases(
            """
            pixel art; an 8-bit video game; a retro nintendo game; a 16-bit game; a gameboy game; a low resolution pixel
            game; an old arcade game; minecraft; an ancient console game; a sprite
            """
        ),
        looks=phrases(
            """
            pixelated; 8-bit; like pixel art; blocky like an old video game; low resolution and blocky; 16-bit; super
            pixelated; like a nes cartridge; built from pixels; sprite-like
            """
        ),
        acts=phrases(
            """
            pixelate everything; turn it into pixel art; make it an 8-bit game; reduce it to big pixels; lower the
            resolution to chunky pixels; make me a retro game sprite; 8-bit me; make blocks out of it like minecraft;
            put us in a nes cartridge
            """
        ),
        details=phrases(
            """
            big square pixels; chunky 8-bit pixels; blocky retro game graphics; low-res pixel graphics; pixel blocks
            like in a nintendo game
            """
        ),
        sayings=phrases(
            """
            pixel; pixels; pixel art; pixelart; pixelated; pixelate; pixle art; 8bit; 8-bit; 8 bit game; 16 bit; nes;
            snes; nintendo; gameboy; game boy; super mario; mario bros graphics; minecraft; minecraft look; terraria;
            stardew valley; retro game; retro gaming; arcade game; old video game; sega genesis; commodore 64; blocky;
            low res; pixel art, retro game, blocky; like an old school video game; can you pixelate it?; sprite;
            lego-like pixels; big pixels pls; dos game graphics; pixel graphics; pixel game; pixel look; pixel style;
            pixel sprite; pixel world; pixel blocks; pixelation; pixely; pixelly; pixelized; pixelize; pixilated;
            pixel-art; 8 bits; 8-bit me; 8 bit style; 8bit graphics; eight bit; sixteen bit; 32x32 pixels; nes game; nes
            cartridge; snes game; sega; sega mega drive; atari; zx spectrum; c64; amiga; console from the eighties;
            ancient console game; old console; retro console; retro sprite; retro pixels; chunky; chunky pixels; blocks;
            minecraft blocks; minecraft world; pokemon red on gameboy; zelda on nes; undertale; space invaders; pac-man;
            low-res; lowres; low resolution; roblox blocky; like a nes cartridge game; chunky retro sprites; 8bit me;
            turn the world into minecraft blocks; make it super pixelated; graphics from an ancient console; pixel-art
            version; i want to look like a character on the nintendo; could you build me from big squares?; as if i was
            in a game from 1987; replace the picture by coarse blocks; each pixel as big as a fingernail; like link on
            the first zelda; so that you can count the pixels; make my room look like a level of super mario; faces of a
            few square blocks; lower the resolution to 64 by 48; swap the video for game boy graphics; as though my
            webcam had just a thousand pixels; insert coin to continue; game over, press start; monkey island; sonic the
            hedgehog; donkey kong; tetris blocks; mega man; duck hunt; final fantasy vi; celeste game; shovel knight;
            habbo hotel; nyan cat; the sims on a game boy advance; windows 95 minesweeper icon; my boss as an end boss
            in an 8-bit game; blocks, blocks, blocks like steve in minecraft; a sprite with sixteen colours; censored
            with big squares, but everything; could you downscale me to retro pixels?; square by square like an old
            game; computer game graphics from before i was born; chunky squares instead of details; jump and run hero
            from the arcade; pixl art; what if i was in a nintendo game?; large square pixels like in an old game; an
            8-bit hero; turn me into blocks; my room in a retro video game
            """
        ),
        mild=phrases("slightly pixelated; just small pixels, not too blocky"),
        places=phrases(
            """
            the world of super mario; a game boy screen; minecraft; the world of zelda on the nes; an arcade hall in
            1983; a level of pac-man
            """
        ),
    ),
    EditWords(
        name="neon",
        things=phrases(
            """
            glowing neon outlines; a neon sign; a drawing made of neon tubes; neon lines on black; a glowing outline
            drawing in the dark; a laser light drawing; a las vegas sign; luminous line art; a glowing wireframe
            """
        ),
        looks=phrases(
            """
            drawn in neon lines; glowing at the edges; outlined in neon; like a neon sign; traced in glowing light;
            luminous at the edges; edge-lit; electrically outlined
            """
        ),
        acts=phrases(
            """
            outline everything in neon; make the edges glow; trace it with glowing lines on black; draw it with neon
            tubes; make the contours shine on a black background; turn it into glowing outlines; light up the borders of
            things; draw luminous contours; leave only shining edges
            """
        ),
        details=phrases(
            """
            glowing edges on black; bright neon contours in the dark; luminous outlines; neon tubes on a black wall;
            shining colored edge lines
            """
        ),
        sayings=phrases(
            """
            neon; neon glow; neon lines; neon outline; neon outlines; neon edges; neon sign; neon tubes; neon drawing;
            neon pls; neno lines; glowing edges; glow edges; glowing lines; glowing outlines; glow in the dark; edge
            glow; edge detection glow; laser lines; tron lines; tron suit outlines; blacklight drawing; led outline; el
            wire; neon contours, black background; only the edges, glowing; bar sign made of neon tubes; can the edges
            glow?; electric glowing contours; bright lines in the dark; everything black except glowing edges; neon edge
            filter; neon line art; neon contour; neon contours; neon edge; neon tube; neon tubing; neon light drawing;
            neon advertising sign; neon bar sign; neon wireframe; neon figure; neon silhouette; neon light outlines;
            neon glow lines; neon strokes on black; luminous lines; luminous contours; lit outlines; lit edges; light
            lines; light tubes; light contours; glow; glowing; glowing contours; glowing wireframe; glowing silhouettes;
            glowing line art; glowing sign; glowing tubes; glow stick outlines; glowstick figure; bright outlines;
            bright edges on black; black background, glowing lines; dark with luminous outlines; electric outlines;
            electric lines; shining outlines; shining contours; radiant edges; only outlines, lit; vegas sign; las vegas
            sign; motel sign; uv outlines; laser contours; luminous tubes tracing every contour; bright glowing line art
            on a pitch black backdrop; neon-outlined figures; light up the borders of all objects; shining edges,
            everything else dark; draw me as a neon advertising sign; electric outlines that glow; i want to look like a
            sign in las vegas; could you draw me with glowing tubes?; as if my outline was bent from neon glass; replace
            the surfaces with black and let the edges shine; only the contours remain and they glow; everything dark
            except shining lines; like the light cycles in tron; so that the edges light up; make my room look like a
            wireframe of light; swap the video for glowing outlines in the dark; as though somebody had traced me with a
            laser; black picture, luminous lines; the bar has an open sign with my face; my contour in pink glass tubes;
            paint with light in a black room; led strips along every edge; dancers in the dark wearing el wire; a
            firefly drew me in the night; outlines of electric light on black; motel vacancy sign; geometry wars; beat
            saber outlines; daft punk stage outlines; light pen drawing on a black background; the lines burn, the rest
            is night; edges like glow sticks; radiant line drawing; laser show contours; could my silhouette be a tube
            of light?; trace the borders of things in shining colour; nothing but glowing strokes; bend a light tube
            around my face; turn the contours on and the room off; shining wire figures; glowing skeleton lines of the
            room; noen lines; what if only my edges glowed?; glowing colored outlines on black; trace my contours with
            light; black room, luminous edges; a sign made of light tubes with my face
            """
        ),
        mild=phrases("a faint neon outline; slightly glowing edges"),
        places=phrases(
            """
            the grid of tron; a wall of neon signs; the sign of a motel at night; a drawing of light in the dark
            """
        ),
    ),
    EditWords(
        name="crt",
        things=phrases(
            """
            an old tv screen; a crt monitor; a vhs tape; a tube television picture; an eighties television broadcast; a
            security camera monitor; a picture on an old cathode ray tube; an antique tv set; a vcr recording; a
            scan-line monitor
            """
        ),
        looks=phrases(
            """
            like an old crt; full of scanlines; like vhs; like an old television; shown on a tube tv; vhs-like;
            scanlined; like a tube television
            """
        ),
        acts=phrases(
            """
            add scanlines; show it on an old tv; play it on a crt monitor; make it look like vhs; put scan lines over
            the picture; broadcast it on an eighties television; record it on a vcr; run it through an old tv set; draw
            horizontal tv lines
            """
        ),
        details=phrases(
            """
            horizontal scanlines; crt scan lines and phosphor glow; the lines of an old tube tv; vhs tape lines; retro
            monitor scanlines
            """
        ),
        sayings=phrases(
            """
            crt; crt tv; crt monitor; crt filter; crt screen; old tv; old television; oldtv; tv; tv screen; tube tv;
            cathode ray tube; scanlines; scan lines; scanline; scanlnes; vhs; vhs tape; vhs effect; video cassette;
            camcorder from 1985; 80s tv; 90s television; analog tv; mtv 1984; retro tv with lines; arcade monitor
            scanlines; cctv monitor; surveillance monitor; trinitron; crt, scanlines, old tv; like on my grandma's
            television; can you add tv lines?; interlaced video; rgb phosphor stripes; old computer monitor; crt
            display; crt look; crt lines; crt effect; crt tube; crt scanlines; old monitor; retro monitor; retro tv;
            retro television; vintage tv set; antique tv; television; television set; television from 1985; tube
            monitor; tube screen; picture tube; cathode; cathode ray; cathode screen; black lines across the screen;
            horizontal lines; horizontal tv lines; screen lines; line flicker; interlacing; interlaced; vhs lines; vhs
            recording; vhs player; vhs video; vcr; vcr recording; betamax; video tape; videotape; home video on
            cassette; camcorder; old video tape; 80s mtv; 90s camcorder; pal tv signal; ntsc; tv broadcast; analog
            broadcast; analog tv signal; arcade cabinet screen; old computer screen; fallout terminal screen; news
            broadcast 1982; like watching on a tube television from 1985; vhs recording with lines; retro monitor with
            visible scan-lines; an antique tv set; horizontal lines of a cathode screen; old crt display; worn out video
            tape on grandma's tv; i want to look like a news anchor on a tube telly; could you play this from a video
            cassette?; as if you were watching me on grandpa's television; replace the clean picture with a flickering
            tube; dark lines running across the screen; like a recording from the family vcr; so that it looks like it's
            1986 on channel 4; make my room look like it was on breakfast television in 1983; lines on the glass,
            glowing phosphor; swap hd for analogue tv; as though taped over an old movie; be kind, rewind; a school tv
            on a trolley; poltergeist television; the ring tape; stranger things television; wandavision old set; max
            headroom; teleshopping of the nineties; a telly in a pub in 1990; bulky monitor of a 486 pc; security
            guard's screen with lines; alien's nostromo monitors; mother's old philco set; striped like a badly tuned
            channel; camcorder footage of a nineties birthday party on tape; the image should have tv lines; glass tube,
            black stripes, soft glow; watch me in an electronics shop window in 1988; arcade tube with stripes; could
            you show it on a sony trinitron?; tv from the times of the berlin wall; the picture is made of lines as on a
            tube; analogue telly; i'm on a telly; dusty television set in the attic; sub-titles on teletext, tube tv;
            recorded off the television in the eighties; a rented tape played too often; old tv scren; what if this was
            on an old television?; lines across the picture like on a tube tv; a vhs copy of my call; show me on a crt;
            taped on a cassette in the eighties
            """
        ),
        mild=phrases("faint scanlines; slight crt lines"),
        places=phrases(
            """
            a television show from 1985; my grandmother's tv; a video rental shop in 1990; a surveillance room full of
            monitors; an mtv clip of the eighties
            """
        ),
    ),
)

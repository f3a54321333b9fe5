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
            version
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
            everything else dark; draw me as a neon advertising sign; electric outlines that glow
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
            tape on grandma's tv
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

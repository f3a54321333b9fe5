"""Vocabulary of the edits that look painted with a brush."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="oil",
        things=phrases(
            """
            an oil painting; a painting by van gogh; a canvas painted in oil; an old master's painting; an impressionist
            painting; a renaissance oil portrait; a thick impasto painting; a museum masterpiece; a dutch golden age
            portrait; a claude monet
            """
        ),
        looks=phrases(
            """
            painted in oil; like an oil painting; impressionist; painterly with thick brush strokes; like a van gogh;
            thickly painted; brushed in oils; like a museum masterpiece
            """
        ),
        acts=phrases(
            """
            paint it in oil; paint the scene with thick oil paint; make it an oil painting; cover it with visible brush
            strokes; paint it like rembrandt; put it on canvas in oil colors; paint this with a loaded brush; apply
            thick paint with a knife; make it a masterpiece on canvas
            """
        ),
        details=phrases(
            """
            thick brush strokes; visible oil paint on canvas; impasto brushwork; swirling painterly strokes; rich oil
            colors; palette knife texture
            """
        ),
        sayings=phrases(
            """
            oil; oil painting; oil paint; oilpainting; oil panting; oil on canvas; oil colors; painting; painted;
            painterly; impasto; impressionism; impressionist; van gogh; vincent van gogh; starry night painting; monet;
            rembrandt; renoir; cezanne; old masters; museum painting; brush strokes; brushstrokes; thick paint; palette
            knife; bob ross; oil painting, brushwork, canvas; paint me like one of your french girls; can you paint this
            in oil?; hanging in the louvre; loving vincent movie; baroque painting; expressive oil brush; oil painted;
            oils; in oils; oil portrait; oil picture; oil brush; oil-paint effect; oil paint filter; canvas; canvas
            painting; painted canvas; painted with thick paint; heavy paint; heavy brush strokes; visible brush strokes;
            brush; brushwork; swirly paint; swirling strokes; van gogh brushwork; sunflowers by van gogh; claude monet;
            impressionist canvas; post-impressionist; dutch masters; dutch golden age painting; vermeer; caravaggio;
            titian; rubens; leonardo oil painting; mona lisa; classical painting; museum masterpiece; gallery painting;
            art museum; fine art painting; knife painting; thick strokes of paint; textured paint; a bob ross painting;
            paint this; a canvas full of heavy paint strokes; as painted by claude monet; masterpiece from an art museum
            in oils; give me swirling van gogh brushwork; oil-painted portrait; thickly applied paint with a palette
            knife; a classical dutch painting; i want to look like a portrait in a museum; could you paint me with thick
            brush strokes?; as if rembrandt had painted my webcam; replace the photo by paint on canvas; each surface
            made of visible strokes of oil colour; like a picture in a heavy gold frame in the national gallery; so that
            one sees the bristles of the brush; make my room look like van gogh's bedroom; swirls of paint in the sky
            and on the walls; skin built up from dabs of paint; as though the paint was still wet and thick; my portrait
            hangs in the prado; swap the video for a moving oil painting; the wheat fields of vincent; nighthawks by
            hopper; turner's seascapes in oil; velázquez; goya; frans hals; the girl with the pearl earring painting;
            like bob ross with happy little trees; monet's water lilies; a palette knife and heaps of paint; gauguin;
            toulouse-lautrec; lucian freud portrait, thick paint; a royal portrait in oils; the painter has used a
            hog-hair brush; smear thick colour across the canvas; could you make it look painted by an old master?;
            brushwork everywhere, no photograph; dab paint on everything; canvas texture and rich pigments in linseed
            oil; an impressionist's garden; expressionist painting with wild strokes; painted, framed and varnished; oil
            paintng; what if van gogh had painted me?; colors laid on with a thick brush; canvas, brush and oil colors;
            a painter's version of my room in oil; strokes of oil paint all over
            """
        ),
        mild=phrases("slightly painterly; a hint of oil paint"),
        places=phrases(
            """
            a painting by rembrandt; the louvre; a gallery of old masters; a canvas by monet; the starry night; the
            workshop of a flemish painter
            """
        ),
    ),
    EditWords(
        name="watercolor",
        things=phrases(
            """
            a watercolor painting; a watercolour; an aquarelle; a picture painted with watercolors; a soft watercolor
            illustration; a watercolor from a children's book; a watercolor postcard; a loose aquarelle; a water-color
            """
        ),
        looks=phrases(
            """
            painted in watercolor; like a watercolor; like a soft aquarelle; washed in watercolor; in soft bleeding
            watercolors; diluted and watery like aquarelle; water-colored; like wet pigment on paper
            """
        ),
        acts=phrases(
            """
            paint it in watercolor; make it a watercolor; wash it with soft watercolors; paint the scene with wet
            pigments on paper; let the colors bleed like watercolor; turn it into an aquarelle; brush it with diluted
            paint; let wet pigments bleed on paper; apply watery washes
            """
        ),
        details=phrases(
            """
            soft bleeding watercolor washes; pale transparent washes on paper; delicate watercolor tones; wet-on-wet
            color blooms; light pigment on white watercolor paper
            """
        ),
        sayings=phrases(
            """
            watercolor; watercolour; water color; water colour painting; watercolors; watercolr; watter color pls;
            aquarelle; aquarell; wet on wet; soft washes; gouache and water; watercolor painting; watercolor art;
            watercolor illustration; beatrix potter; peter rabbit book illustration; loose watercolor sketch; pastel
            colored washes on paper; turner watercolor; water based paints; soft, pale, watercolor, paper; paint it with
            water colors; can you make this a watercolor?; delicate painted washes; the colors should run into each
            other; watery paint; wet brush on paper; light and airy painting with washes; wedding invitation watercolor;
            school paint box; transparent paint on paper; watercolor wash; watercolor washes; watercolor sketch;
            watercolor postcard; watercolor portrait; watercolor paper; watercolor paint; watercolor style; watercolor
            look; watercolour picture; water-color; water colors; water-colours; watery; watery washes; diluted paint;
            thin watery paint; bleeding colors; colors bleeding on wet paper; wet paint; wet paper; wet watercolor; soft
            pigment; pigment washes; paint with lots of water; painted with water and pigment; aquarelle on paper;
            aquarelle painting; aquarelle pencils and water; pale washes; loose washes; gentle watercolor; travel
            journal watercolor; botanical watercolor; chinese watercolor; fairy tale book watercolor; splashes of
            watercolor; gentle aquarelle on textured paper; diluted paint that bleeds at the borders; illustration in
            watercolours; loosely painted with a wet brush and lots of water; like a watercolor postcard; soft washes of
            pigment; make this a water-colour picture; i want to look like an illustration painted with a wet brush;
            could you paint my room with water colours?; as if someone had dipped the picture in water and the paint
            ran; replace the photo by transparent washes; colours flowing into each other on damp paper; like a page of
            a picture book about a rabbit; so that the paper shines through the paint; make my garden look like a
            painted postcard with soft washes; pale pigments, white paper, blooms at the edges; skin as a thin rosy
            wash; as though painted with a child's paintbox and lots of water; runny paint; swap the video for an
            aquarelle; light colours bleeding outside the lines; a holiday sketch in wash from my travel diary; winnie
            the pooh illustrations in wash; the little prince, watercolours; jane austen era watercolour; john singer
            sargent's venice in wash; albrecht dürer's hare in aquarelle; emil nolde flowers in aquarelle; a lake
            district landscape in wash; flower painting on wet paper; fluid paint with soft edges; water and pigment do
            the rest; puddles of paint drying on paper; let the paint run; a greeting card with painted pastel washes;
            could you dilute it like thin paint?; painted on cotton paper with a soft wet brush; drips of thin colour;
            airy and translucent painting; washed-in sky, washed-in face; wet paper, loose brush; watercolar painting;
            what if i was painted with watercolors?; soft colors running on wet paper; a brush, water and a paint box;
            thin washes instead of a photo; like a picture painted with lots of water
            """
        ),
        mild=phrases("a light watercolor wash; slightly watercolored"),
        places=phrases(
            """
            the world of peter rabbit; a picture book for toddlers; a postcard painted by the sea; the paintings of my
            art teacher with her watercolours
            """
        ),
    ),
)

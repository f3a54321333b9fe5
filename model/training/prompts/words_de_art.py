"""German vocabulary of the edits that look drawn or painted; see ``words_de_light`` for the grammar."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="pencil",
        things=phrases(
            "eine Bleistiftzeichnung; eine Skizze; eine Bleistiftskizze; ein Skizzenbuch; eine Zeichnung mit Schraffur"
        ),
        looks=phrases("mit Bleistift gezeichnet; skizziert; handgezeichnet; schraffiert; wie gezeichnet"),
        acts=phrases(
            """
            alles mit Bleistift zeichnen; eine Skizze daraus machen; mich skizzieren; das Bild mit Graphit zeichnen; die
            Szene schraffieren; mich aufs Papier zeichnen
            """
        ),
        details=phrases(
            "Bleistiftstrichen; grauer Schraffur; feinen Linien auf Papier; Graphitlinien; Strichen vom Bleistift"
        ),
        sayings=phrases(
            """
            Bleistift; Bleistiftzeichnung; Bleistiftskizze; Bleistiftstil; Bleistiftportrait; Zeichnung; Skizze;
            skizziert; Skizzenbuch; gezeichnet; handgezeichnet; Handzeichnung; Strichzeichnung; Schraffur; schraffiert;
            Graphit; Grafit; Zeichenblock; Zeichenpapier; Entwurf mit Bleistift; Leonardo da Vinci Skizze; Take on me;
            zeichne mich; zeichne es; zeichne alles; mach eine Zeichnung; mach eine Skizze; graue Linien auf weißem
            Papier; Buntstift ohne Farbe; wie im Zeichenunterricht; Portraitzeichnung; Belistift; kritzelig mit
            Bleistift; Gerichtszeichnung mit Bleistift; ich hätte gern eine Bleistiftzeichnung von mir; kannst du mich
            mit dem Bleistift skizzieren?; so dass alles wie von Hand gezeichnet aussieht; als ob ein Straßenkünstler
            mich skizziert hätte; lass es aussehen wie eine Seite aus dem Skizzenbuch; zeig mir mein Zimmer als
            Bleistiftskizze; die Schatten sollen schraffiert sein; nur feine graue Striche auf weißem Papier; wie eine
            schnelle Skizze auf dem Block; ersetze alles durch Bleistiftstriche; ein Phantombild mit Bleistift; mit
            hartem Bleistift gezeichnet; dünne Graphitstriche; Vorzeichnung mit Bleistift; zeichne mich mal ab; mach
            eine Strichzeichnung aus mir; bleistiftskizze bitte; schraffier die Schatten mit Graphit; wie mit einem
            HB-Stift auf Papier gekritzelt; mach, dass alles mit Bleistift gezeichnet ist; ich will, dass es wie eine
            Skizze aussieht; gibt's das auch als Bleistiftzeichnung?; tu so, als hättest du mich mit Bleistift
            gezeichnet
            """
        ),
        mild=phrases("leichte Bleistiftlinien; ein Hauch von Skizze"),
        places=phrases("in einem Skizzenbuch; auf einem Zeichenblock; in einer Mappe der Kunsthochschule"),
    ),
    EditWords(
        name="charcoal",
        things=phrases("eine Kohlezeichnung; eine Kohleskizze; ein Kohleporträt; eine Zeichnung mit Zeichenkohle"),
        looks=phrases("mit Kohle gezeichnet; verwischt und schwarz; rußig; kohleschwarz verschmiert"),
        acts=phrases(
            """
            alles mit Kohle zeichnen; eine Kohlezeichnung daraus machen; mit Zeichenkohle verwischen; mich in Kohle
            porträtieren
            """
        ),
        details=phrases(
            "Kohlestrichen; verwischter Kohle; rußigem Schwarz; weichen schwarzen Strichen; Zeichenkohle auf Papier"
        ),
        sayings=phrases(
            """
            Kohle; Kohlezeichnung; Kohleskizze; Kohleporträt; Kohleportrait; Zeichenkohle; Kohlestift; Kohlestriche;
            Kohlestil; mit Kohle; in Kohle; in Kohle gezeichnet; Holzkohle; verwischt; verwischte Zeichnung;
            verschmierte Striche; Ruß; rußig; schwarze Kreide; Kreidezeichnung in Schwarz; Aktzeichnung mit Kohle;
            dunkle weiche Zeichnung; körnige Kohle; mach eine Kohlezeichnung; zeichne mit Kohle; Kolhe; expressive
            Kohle; schwarze Finger, raues Blatt; ich hätte gern eine Kohlezeichnung von mir; kannst du mich mit
            Zeichenkohle malen?; so dass die Striche schwarz und verwischt sind; als ob jemand mit einem verkohlten
            Stock gezeichnet hätte; lass es aussehen wie mit dem Finger verwischte Kohle; zeig mir mein Portrait in
            Kohle; die Schatten sollen aus verriebener Kohle sein; breite schwarze Kohlestriche auf rauem Papier; wie
            eine Studie aus der Kunstakademie, mit Kohle; ersetze alles durch verwischte schwarze Striche; rußige
            Zeichnung; rußgeschwärztes Papier; samtig schwarze, verriebene Striche; Presskohle; Reißkohle; Kohlestudie;
            Kohlebild; zeichne mich mal mit Kohle; verwischtes Schwarz auf grobem Papier; kohlezeichnung bitte;
            tiefschwarze weiche Kreidestriche; Kohlestaub; ein Stück Kohle aus dem Lagerfeuer, damit zeichne mich;
            Aktstudie in Zeichenkohle; mach, dass alles mit Kohle gezeichnet ist; ich will, dass es wie eine
            Kohlezeichnung aussieht; gibt's das auch in Kohle?; tu so, als hättest du mich mit Kohle gezeichnet
            """
        ),
        mild=phrases("ein Hauch von Kohle; leichte Kohlestriche"),
        places=phrases(
            "in einem Atelier voller Kohle; im Aktzeichenkurs mit Kohle; an einer Höhlenwand mit Rußzeichnungen"
        ),
    ),
    EditWords(
        name="comic",
        things=phrases(
            "ein Comic; ein Comicheft; eine Comicfigur; ein Superheldencomic; ein Comicbild; eine Graphic Novel"
        ),
        looks=phrases(
            "wie ein Comic; comicartig; mit schwarzen Umrissen gezeichnet; wie aus dem Comicheft; getuscht und bunt"
        ),
        acts=phrases(
            """
            einen Comic daraus machen; mich als Comicfigur zeichnen; schwarze Umrisse ziehen; alles mit Tusche umranden;
            das Bild ins Comicheft bringen
            """
        ),
        details=phrases(
            "dicken schwarzen Umrissen; Comicfarben; Tuschelinien; kräftigen Farben und Outlines; Comicpunkten"
        ),
        sayings=phrases(
            """
            Comic; Comics; Comicstil; Comicheft; Comicbuch; Comicfigur; Comiczeichnung; Comiclook; Comicfilter;
            comicartig; Superheld; Superheldencomic; Marvel; Spider-Man; Superman; Lucky Luke; Asterix; Tim und Struppi;
            Micky Maus Heft; Lustiges Taschenbuch; Graphic Novel; Karikatur; Cartoonfigur; schwarze Umrisse; dicke
            Umrisse; dicke Linien, bunte Farben; Tuschezeichnung in Farbe; getuscht; GTA; GTA-Cover; mach einen Comic;
            mach mich zum Comic; Comci; Zeichentrick mit Tusche; Sprechblasen-Welt; wie im Comicladen; ich hätte gern
            ein Bild wie aus dem Comicheft; kannst du mich als Superheld zeichnen?; so dass alles dicke schwarze Ränder
            hat; als ob ich in einem Marvel-Comic wäre; lass es aussehen wie bei Tim und Struppi; zeig mir mein Zimmer
            als Comicbild; meine Konturen sollen mit Tusche nachgezogen sein; wie bei Asterix und Obelix; wie in einem
            Batman-Heft; ersetze mich durch eine Comicfigur; bunte Flächen mit schwarzer Tuschelinie; wie das Cover von
            GTA; Comiczeichner sollen mich zeichnen; fette schwarze Outlines um alles; mach mal einen Comic aus mir;
            comic bitte; Borderlands; Spider-Verse; mach, dass ich wie eine Comicfigur aussehe; ich will, dass es wie
            ein Comic aussieht; gibt's das auch als Comic?; tu so, als wäre ich ein Superheld im Comicheft
            """
        ),
        mild=phrases("ein bisschen comicartig; leichte Comiclinien"),
        places=phrases("in Gotham City; in Entenhausen; im Marvel-Universum; in einem Comicheft"),
    ),
    EditWords(
        name="anime",
        things=phrases(
            "ein Anime; ein japanischer Zeichentrickfilm; eine Animefigur; ein Manga in Farbe; eine Animeserie"
        ),
        looks=phrases("wie ein Anime; animehaft; wie japanischer Zeichentrick; flächig schattiert wie im Anime"),
        acts=phrases(
            """
            einen Anime daraus machen; mich als Animefigur zeichnen; alles im Animestil malen; einen japanischen
            Zeichentrickfilm daraus machen
            """
        ),
        details=phrases(
            "Animefarben; flächigen Farben wie im Anime; der Zeichnung japanischer Trickfilme; Cel-Shading"
        ),
        sayings=phrases(
            """
            Anime; Animestil; Animefigur; Animelook; Animefilter; Animeserie; Manga; Mangastil; Mangafigur; farbiger
            Manga; japanischer Zeichentrick; japanischer Trickfilm; Zeichentrick aus Japan; Zeichentrickfilm; Studio
            Ghibli; Ghibli; Totoro; Chihiros Reise; Sailor Moon; Naruto; Dragonball; One Piece; Pokémon-Serie; Heidi
            Zeichentrick; Cel-Shading; mach einen Anime; mach mich zum Anime; mach mich zur Animefigur; Ainme; Otaku;
            wie aus einem Film von Miyazaki; wie im japanischen Fernsehen gezeichnet; ich hätte gern ein Bild wie aus
            einem Anime; kannst du mich als Mangafigur zeichnen?; so dass ich aussehe wie bei Studio Ghibli; als ob
            Miyazaki mein Zimmer gemalt hätte; lass es aussehen wie in Prinzessin Mononoke; zeig mir mich als
            Animecharakter; die Farben sollen flächig sein wie im japanischen Trickfilm; wie bei Detektiv Conan; wie in
            Das wandelnde Schloss; wie bei Attack on Titan; ersetze mich durch eine Animefigur; wie damals Biene Maja
            und Heidi aus Japan; Kikis kleiner Lieferservice; Neon Genesis Evangelion; japanische Zeichentrickserie;
            mach mal einen Anime aus mir; anime bitte; wie ein Held in einer Serie aus Japan; gezeichnete Welt aus Tokio
            wie im Trickfilm; mach, dass ich wie eine Animefigur aussehe; ich will, dass es wie ein Anime aussieht;
            gibt's das auch als Anime?; tu so, als wäre das japanischer Zeichentrick; als wäre ich in einem japanischen
            Trickfilm
            """
        ),
        mild=phrases("ein bisschen wie Anime; ein Hauch von Anime"),
        places=phrases("in einem Ghibli-Film; im Dorf von Naruto; bei Sailor Moon; in einer Animeserie"),
    ),
    EditWords(
        name="oil",
        things=phrases(
            """
            ein Ölgemälde; ein Gemälde; ein Ölbild; ein impressionistisches Gemälde; ein altes Meisterwerk; eine bemalte
            Leinwand
            """
        ),
        looks=phrases(
            "wie in Öl gemalt; in Öl gemalt; malerisch mit dickem Pinsel; wie ein Ölgemälde; mit dicker Farbe gemalt"
        ),
        acts=phrases(
            """
            alles in Öl malen; ein Ölgemälde daraus machen; mich mit Ölfarben malen; dicke Pinselstriche auftragen; die
            Szene auf Leinwand malen
            """
        ),
        details=phrases(
            "dicken Pinselstrichen; Ölfarbe; sichtbarem Pinselauftrag; Ölfarben auf Leinwand; pastoser Farbe"
        ),
        sayings=phrases(
            """
            Öl; Ölgemälde; Ölbild; Ölfarbe; Ölfarben; Ölmalerei; Oelgemaelde; Gemälde; gemalt; gemalt in Öl; in Öl;
            Leinwand; auf Leinwand; Pinselstriche; dicke Farbe; Impressionismus; Impressionist; Monet; Rembrandt;
            Renoir; Cézanne; Sternennacht; alte Meister; Meisterwerk; Barockgemälde; Renaissancegemälde; Museum;
            Kunstmuseum; Porträt in Öl; Künstler malt mich in Öl; mal mich in Öl; male ein Gemälde; mach ein Gemälde;
            Spachteltechnik; pastos; Ölgmälde; wie in der Galerie; Staffelei mit Ölfarben; ich hätte gern ein Ölgemälde
            von mir; kannst du mich in Öl malen?; so dass man die Pinselstriche sieht; als ob Rembrandt mich gemalt
            hätte; lass es aussehen wie auf einer alten Leinwand; zeig mir mein Zimmer als Gemälde; die Farbe soll dick
            aufgetragen sein; wie ein Bild im Kunsthistorischen Museum; wie bei van Gogh, dick und pastos; ersetze alles
            durch breite Pinselstriche; ein Ahnenporträt in Öl; ein Schinken in Öl im Goldrahmen; mal mich mal auf
            Leinwand; ölbild bitte; Seerosen von Monet; gemalt wie von einem alten Meister; mach, dass alles in Öl
            gemalt ist; ich will, dass es wie ein Ölgemälde aussieht; gibt's das auch als Gemälde?; tu so, als hättest
            du mich in Öl gemalt
            """
        ),
        mild=phrases("ein Hauch von Ölfarbe; leicht gemalt wie in Öl"),
        places=phrases("im Louvre; auf einem Bild von Rembrandt; in einer Gemäldegalerie; im Atelier eines Ölmalers"),
    ),
    EditWords(
        name="watercolor",
        things=phrases(
            """
            ein Aquarell; ein Wasserfarbenbild; ein Aquarellbild; eine Aquarellmalerei; eine Kinderbuchillustration in
            Aquarell
            """
        ),
        looks=phrases("aquarelliert; in Wasserfarben gemalt; wie ein Aquarell; zart verlaufen; wässrig gemalt"),
        acts=phrases(
            """
            ein Aquarell daraus machen; alles mit Wasserfarben malen; die Farben verlaufen lassen; mich aquarellieren;
            das Bild mit Wasserfarben tuschen
            """
        ),
        details=phrases(
            "Wasserfarben; verlaufenden Wasserfarben; zarten Aquarellfarben; Farbverläufen auf Aquarellpapier"
        ),
        sayings=phrases(
            """
            Aquarell; Aquarellbild; Aquarellstil; Aquarellfarben; Aquarellmalerei; aquarelliert; Wasserfarbe;
            Wasserfarben; Wasserfarbenbild; Wassermalfarben; Tuschkasten; Malkasten; Deckfarbkasten; zart gemalt;
            verlaufende Farben; nass in nass; wässrige Farben; gemalt mit viel Wasser; lasierend; Aquarellpapier;
            Kinderbuch; Kinderbuchbild; Peter Hase; mach ein Aquarell; mal mich als Aquarell; Aqarell; Wasserfarbn;
            pastellige Wasserfarben; Postkarte in Aquarell; Blumenaquarell; ich hätte gern ein Aquarell von mir; kannst
            du mich mit Wasserfarben malen?; so dass die Farben ineinanderlaufen; als ob jemand mit nassem Pinsel gemalt
            hätte; lass es aussehen wie aus dem Tuschkasten; zeig mir mein Zimmer als Aquarell; die Farben sollen zart
            und durchscheinend sein; wie in einem Kinderbuch mit Wasserfarben illustriert; wie die Bilder von Emil Nolde
            in Aquarell; ersetze alles durch verlaufende Wasserfarben; mit Wasser verdünnte Farbe auf Papier; zerlaufene
            Farbkleckse auf nassem Papier; mit Deckfarben aus der Grundschule gemalt; durchscheinende Farbe auf Papier;
            aquarell bitte; mal mich mal mit Wasserfarben; der kleine Prinz, illustriert in Wasserfarben;
            Nass-in-Nass-Technik; feuchter Pinsel, weiche Farbränder; hingehaucht mit Wasserfarben; getuscht mit
            Wasserfarben; ein Blatt aus dem Aquarellblock; mach, dass alles mit Wasserfarben gemalt ist; ich will, dass
            es wie ein Aquarell aussieht; gibt's das auch als Aquarell?; tu so, als hättest du mich mit Wasserfarben
            gemalt
            """
        ),
        mild=phrases("ein Hauch von Aquarell; leicht aquarelliert"),
        places=phrases("in einem Bilderbuch mit Aquarellen; auf einer Aquarellpostkarte"),
    ),
)

"""German vocabulary of the edits that look drawn, painted or printed; see ``words_de_light`` for the grammar."""

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
            Bleistift; Gerichtszeichnung mit Bleistift
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
            Kohle; schwarze Finger, raues Blatt
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
            mach mich zum Comic; Comci; Zeichentrick mit Tusche; Sprechblasen-Welt; wie im Comicladen
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
            wie aus einem Film von Miyazaki; wie im japanischen Fernsehen gezeichnet
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
            Spachteltechnik; pastos; Ölgmälde; wie in der Galerie; Staffelei mit Ölfarben
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
            pastellige Wasserfarben; Postkarte in Aquarell; Blumenaquarell
            """
        ),
        mild=phrases("ein Hauch von Aquarell; leicht aquarelliert"),
        places=phrases("in einem Bilderbuch mit Aquarellen; auf einer Aquarellpostkarte"),
    ),
    EditWords(
        name="linocut",
        things=phrases(
            "ein Linolschnitt; ein Holzschnitt; ein Linoldruck; ein Holzdruck; ein mittelalterlicher Holzschnitt"
        ),
        looks=phrases(
            """
            wie ein Linolschnitt; wie ein Holzschnitt; in Holz geschnitten; in Linol geschnitten; grob gedruckt in
            Schwarz
            """
        ),
        acts=phrases(
            """
            einen Linolschnitt daraus machen; einen Holzschnitt daraus machen; das Bild in Holz schneiden; das Bild mit
            dem Druckstock drucken; mich ins Linol schneiden
            """
        ),
        details=phrases(
            "geschnittenen schwarzen Flächen; Kerben wie im Holzschnitt; schwarzer Druckfarbe; Spuren vom Schnitzmesser"
        ),
        sayings=phrases(
            """
            Linolschnitt; Linol; Linoldruck; Linolschnittstil; Holzschnitt; Holzdruck; Holzschnittstil; Hochdruck;
            Druckstock; Druckgrafik; Kupferstich; Radierung; Gravur; graviert; geschnitzt; Stempeldruck; Kartoffeldruck
            in Schwarz; Albrecht Dürer; Dürer Holzschnitt; Käthe Kollwitz; Expressionismus Holzschnitt;
            mittelalterlicher Druck; altes Flugblatt; schwarzer Druck mit Kerben; mach einen Linolschnitt; mach einen
            Holzschnitt; Linolschnit; Holzschnit; Schnitzmesser; handgedruckt; scherenschnittartiger Druck
            """
        ),
        mild=phrases("ein Hauch von Holzschnitt; leicht wie ein Linolschnitt"),
        places=phrases("in einem mittelalterlichen Holzschnitt; in einer Druckwerkstatt für Linol"),
    ),
    EditWords(
        name="blueprint",
        things=phrases(
            "ein Bauplan; eine Blaupause; ein Konstruktionsplan; eine technische Zeichnung; ein Architektenplan"
        ),
        looks=phrases("wie eine Blaupause; weiß auf blau gezeichnet; wie ein Bauplan; technisch gezeichnet in Blau"),
        acts=phrases(
            """
            einen Bauplan daraus machen; eine Blaupause daraus machen; alles als technische Zeichnung zeigen; weiße
            Linien auf Blau zeichnen; das Zimmer als Plan zeichnen
            """
        ),
        details=phrases("weißen Linien auf Blau; Planlinien; Linien einer Blaupause; blauem Planpapier"),
        sayings=phrases(
            """
            Blaupause; Bauplan; Plan; Baupläne; Bauzeichnung; Konstruktionsplan; Konstruktionszeichnung; technische
            Zeichnung; technischer Plan; Architektenplan; Architekturzeichnung; Grundriss; Schaltplan;
            Entwurfszeichnung; Reißbrett; Ingenieurszeichnung; Patentzeichnung; CAD-Zeichnung; weiße Linien auf Blau;
            weiß auf blau; blaues Papier mit weißen Linien; blauer Plan; Millimeterpapier in Blau; mach einen Bauplan;
            mach eine Blaupause; Blaupuase; Schema in Blau; Explosionszeichnung; Drahtmodell auf Blau
            """
        ),
        mild=phrases("ein Hauch von Blaupause; leicht wie ein Bauplan"),
        places=phrases("auf dem Reißbrett; im Architekturbüro; auf einem Konstruktionsplan"),
    ),
    EditWords(
        name="halftone",
        things=phrases("ein Zeitungsdruck; ein Rasterdruck; ein Zeitungsbild; ein Punkteraster; ein Rasterbild"),
        looks=phrases("gerastert; gepunktet; wie in der Zeitung gedruckt; aus Druckpunkten; grob gerastert"),
        acts=phrases(
            """
            das Bild rastern; alles in Punkte auflösen; mich in der Zeitung drucken; Rasterpunkte daraus machen; das
            Bild aus Punkten drucken
            """
        ),
        details=phrases("Rasterpunkten; Druckpunkten; kleinen Punkten; Zeitungsraster; einem Raster aus Tinte"),
        sayings=phrases(
            """
            Zeitung; Zeitungsdruck; Zeitungsfoto; Zeitungsbild; Zeitungspapier; Zeitungsraster; Raster; Rasterbild;
            Rasterdruck; Rasterpunkte; gerastert; Halbton; Halbtondruck; Halftone; Punkte; Druckpunkte; Punktraster;
            Punkteraster; gepunktet; aus Punkten; lauter Punkte; Tintenpunkte; Offsetdruck; Siebdruck mit Punkten;
            Lichtenstein-Punkte; Titelseite; Tageszeitung; Schlagzeile; altes Flugblatt mit Rasterpunkten; mach Punkte
            daraus; druck mich in die Zeitung; Ratserpunkte; wie aus der Bild-Zeitung gedruckt
            """
        ),
        mild=phrases("ein leichtes Punkteraster; ein Hauch von Zeitungsdruck"),
        places=phrases("auf der Titelseite einer Zeitung; in einer alten Tageszeitung"),
    ),
    EditWords(
        name="mosaic",
        things=phrases("ein Mosaik; ein Fliesenmosaik; ein römisches Mosaik; ein Kachelbild; ein Mosaikboden"),
        looks=phrases("wie ein Mosaik; aus Fliesen; gekachelt; gefliest; aus bunten Steinchen; mosaikartig"),
        acts=phrases(
            """
            ein Mosaik daraus machen; alles aus Fliesen legen; das Bild aus Steinchen zusammensetzen; mich in Kacheln
            zerlegen; alles fliesen
            """
        ),
        details=phrases("bunten Fliesen; Mosaiksteinen; kleinen Kacheln; Fliesen mit Fugen; Keramiksteinchen"),
        sayings=phrases(
            """
            Mosaik; Mosaike; Mosaikstil; Mosaikbild; Mosaikboden; Mosaiksteine; Mosaikfliesen; Fliesen; Fliesenbild;
            Fliesenmosaik; gefliest; Kacheln; Kachelbild; gekachelt; Badezimmerfliesen; Keramik; Steinchen; bunte
            Steine; Glassteine; römisches Mosaik; byzantinisches Mosaik; Kirchenmosaik; Ravenna; Pompeji; Gaudí; Fugen;
            kleine bunte Quadrate aus Stein; mach ein Mosaik; leg mich als Mosaik; Mosiak; wie im römischen Bad;
            Fliesenleger; Trencadís
            """
        ),
        mild=phrases("ein feines Mosaik, kaum sichtbar; ein Hauch von Mosaik"),
        places=phrases("in einer römischen Villa; in Pompeji; in Ravenna; im gefliesten Bad"),
    ),
    EditWords(
        name="posterize",
        things=phrases(
            """
            ein Plakat; eine Vektorgrafik; ein Poster mit Farbflächen; eine Schablone; ein Papierschnitt; ein
            Flachdesign
            """
        ),
        looks=phrases(
            "auf wenige Farben reduziert; flächig; plakativ; posterisiert; in Farbstufen; wie eine Vektorgrafik"
        ),
        acts=phrases(
            """
            die Farben reduzieren; Tontrennung anwenden; flache Farbflächen daraus machen; alle Farbverläufe entfernen;
            nur wenige Farben benutzen; ein Plakat daraus machen
            """
        ),
        details=phrases(
            "wenigen Farben; flachen Farbflächen; harten Farbstufen; reduzierter Farbpalette; einfachen Flächen"
        ),
        sayings=phrases(
            """
            Posterisieren; posterisiert; Posterisierung; Tontrennung; Poster; Plakat; Plakatstil; plakativ; Plakatkunst;
            Farbflächen; flächig; flache Farben; flache Flächen; Flat Design; wenige Farben; weniger Farben; nur fünf
            Farben; vier Farben; Farbreduktion; Farben reduzieren; reduzierte Farben; Farbstufen; harte Farbstufen;
            keine Verläufe; ohne Farbverläufe; Vektorgrafik; Vektor; Vektorbild; Schablone; Schablonenkunst; Banksy;
            Scherenschnitt in Farbe; Papierschnitt; Malen nach Zahlen; Wahlplakat; Propagandaplakat; Reiseplakat; Obama
            Poster; Matisse Scherenschnitt; einfache Formen; Postersieren; vereinfachte Farben; grafisch und flach
            """
        ),
        mild=phrases("leicht reduzierte Farben; ein bisschen flächiger"),
        places=phrases("auf einem Propagandaplakat; auf einem Reiseplakat; in einer Welt aus Papier"),
    ),
    EditWords(
        name="pop_duotone",
        things=phrases(
            "ein Duoton; ein Pop-Art-Druck; ein zweifarbiges Poster; ein Bild von Andy Warhol; ein Zweifarbendruck"
        ),
        looks=phrases("zweifarbig; im Duoton; wie Pop-Art; in zwei grellen Farben; bunt in zwei Tönen"),
        acts=phrases(
            """
            nur zwei Farben verwenden; einen Duoton daraus machen; alles zweifarbig drucken; Pop-Art daraus machen;
            Schatten und Lichter in zwei Farben tönen
            """
        ),
        details=phrases("zwei grellen Farben; einem Farbpaar; nur Pink und Gelb; zwei lauten Farben; Pop-Art-Farben"),
        sayings=phrases(
            """
            Duoton; Duotone; Duplex; zweifarbig; Zweifarbendruck; zwei Farben; nur zwei Farben; zwei Töne; zweitonig;
            Pop-Art; Popart; Pop Art; Popkunst; Warhol; Andy Warhol; Marilyn von Warhol; Siebdruck in zwei Farben;
            grelle Farben, nur zwei; pink und gelb; Pink und Gelb, sonst nichts; lila und gelb; Verlaufsumsetzung;
            Spotify-Cover; Plattencover; Konzertplakat in zwei Farben; knallig zweifarbig; mach Pop-Art; mach es
            zweifarbig; Dutoon; Bonbonfarben, zwei Stück; schrilles Poster in zwei Farben
            """
        ),
        mild=phrases("ein Hauch von Duoton; leicht zweifarbig"),
        places=phrases("in der Factory von Andy Warhol; in einer Pop-Art-Galerie"),
    ),
)

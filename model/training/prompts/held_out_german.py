"""German wordings that training never sees, written apart from the vocabulary.

A test keeps them out of what the generator can make; do not look at them when adding training phrases.
"""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import phrases

HELD_OUT_GERMAN: dict[str, tuple[str, ...]] = {
    "identity": phrases(
        """
        Ich brauche gerade keinen Filter, zeig einfach meine Kamera; gib mir das Video so zurück, wie es war; hör bitte
        auf, mich zu verfremden; ganz normal, ohne alles; nichts verändern, danke; die Aufnahme ist gut, lass sie so
        """
    ),
    "golden_hour": phrases(
        """
        Abendsonne wie am Strand um sieben; tauch mich in goldenes Licht; warmes Licht kurz vor Sonnenuntergang; als
        ginge hinter der Kamera gerade die Sonne unter; mach das Licht schön warm und golden; letzte Sonnenstrahlen des
        Tages
        """
    ),
    "moonlit_night": phrases(
        """
        mach aus dem Tag eine Nacht mit Mondschein; als wäre es draußen stockdunkel und der Mond scheint; dunkelblaue
        Nacht bitte; es soll Mitternacht sein; verdunkle alles wie bei Vollmond; nächtliche Stimmung
        """
    ),
    "winter": phrases(
        """
        mein Garten soll aussehen wie in Sibirien; alles verschneit und eiskalt; als hätte es die ganze Nacht geschneit;
        ein frostiger Wintermorgen; mach es so richtig winterlich; verwandle die Straße in eine Schneelandschaft
        """
    ),
    "autumn": phrases(
        """
        die Bäume sollen bunt sein wie im Oktober; mach alles Grüne orange und braun; Herbststimmung mit roten Blättern;
        goldener Oktober, bitte; färbe die Blätter herbstlich; es wird Herbst
        """
    ),
    "underwater": phrases(
        """
        als säße ich auf dem Meeresgrund; mach mein Büro zum Aquarium; blaugrünes Licht wie beim Tauchen; versetz uns
        unter Wasser; im Ozean bei den Fischen; wie durch eine Taucherbrille gesehen
        """
    ),
    "cyberpunk": phrases(
        """
        eine Stadt der Zukunft in Pink und Türkis; mach mein Zimmer zu einem futuristischen Nachtclub; Neonlicht wie in
        Blade Runner; düstere Zukunft mit lila Lampen; Cyberpunk-Stimmung bitte; wie in einem Science-Fiction-Viertel
        von Tokio
        """
    ),
    "noir": phrases(
        """
        mach das Ganze schwarzweiß und dramatisch; wie ein alter Krimi mit Detektiv und tiefen Schatten; nimm die Farbe
        komplett raus; in Graustufen mit viel Kontrast; wie im Kino der vierziger Jahre, ohne Farbe; kannst du das in
        Schwarz-Weiß zeigen?
        """
    ),
    "sepia": phrases(
        """
        wie ein braunes Foto von meinem Urgroßvater; mach es bräunlich wie uralte Aufnahmen; Sepia, bitte; ein
        vergilbtes Bild aus dem Jahr 1890; wie ein Steckbrief aus dem Wilden Westen; Brauntöne wie im alten Fotoalbum
        """
    ),
    "vintage": phrases(
        """
        verblasste Farben wie auf den Dias meiner Eltern; als hätte man es auf Super 8 gedreht; so ein Polaroid-Gefühl;
        ausgeblichen wie ein Farbfoto von 1975; nostalgischer Look der siebziger Jahre; alter Farbfilm, leicht
        ausgewaschen
        """
    ),
    "night_vision": phrases(
        """
        durch ein grünes Nachtsichtgerät gesehen; schalte die Nachtsicht ein; wie ein Soldat, der im Dunkeln sieht;
        grünes Bild einer Nachtkamera; Restlichtverstärker an; grün leuchtend wie beim Militär
        """
    ),
    "thermal": phrases(
        """
        zeig, wo es warm ist und wo kalt; wie die Wärmebildkamera der Feuerwehr; Körperwärme in Farben; heiß ist gelb
        und kalt ist lila; mach ein Wärmebild daraus; Infrarotbild mit Temperaturfarben
        """
    ),
    "xray": phrases(
        """
        dreh alle Farben um; ein Röntgenbild von mir; wie ein Filmnegativ; hell wird dunkel und dunkel wird hell;
        invertiere das Bild; durchleuchtet wie beim Arzt
        """
    ),
    "pencil": phrases(
        """
        zeichne mich mit dem Bleistift; als Skizze auf weißem Papier; feine Striche und Schraffuren; wie aus dem
        Skizzenblock eines Künstlers; von Hand gezeichnet, nur Graphit; mach eine Bleistiftskizze daraus
        """
    ),
    "charcoal": phrases(
        """
        mit Kohle auf raues Papier gezeichnet; verwischte dunkle Kohlestriche; eine Kohlezeichnung von mir; rußig und
        schwarz wie mit Zeichenkohle; mach daraus eine Studie in Kohle; Kohlestift, weich verschmiert
        """
    ),
    "comic": phrases(
        """
        mach mich zu einer Comicfigur; dicke schwarze Konturen wie bei Marvel; wie ein Superheld im Comicheft;
        gezeichnet wie im Comic mit kräftiger Tusche; Comicstil mit Outlines; wie ein Bild aus Batman, aber gezeichnet
        """
    ),
    "anime": phrases(
        """
        ich möchte in einem Ghibli-Film sein; zeichne uns wie japanische Zeichentrickfiguren; bitte im Stil eines Anime;
        wie eine japanische Trickserie; flach schattiert wie ein Anime; mach einen Manga in Farbe daraus
        """
    ),
    "oil": phrases(
        """
        als hätte es van Gogh gemalt; dicke Farbe auf Leinwand; wie ein Gemälde im Museum; male das in Öl; mit
        sichtbaren Pinselstrichen; ein Porträt von mir wie von einem alten Meister
        """
    ),
    "watercolor": phrases(
        """
        wie mit Wasserfarben gemalt; ein zartes Aquarell; verlaufende Farben auf nassem Papier; wie die Bilder in einem
        Kinderbuch, aquarelliert; mal mich mit Wasserfarbe; leichte, durchsichtige Farbschichten
        """
    ),
    "linocut": phrases(
        """
        in Linoleum geschnitten und schwarz gedruckt; aus einem Holzstock geschnitten; mach einen Linoldruck daraus; mit
        dem Messer ins Holz geschnitzt und abgedruckt; alter Druckstock, schwarze Farbe; Holzschnittoptik
        """
    ),
    "blueprint": phrases(
        """
        wie der Bauplan eines Architekten; weiße Linien auf blauem Papier; eine technische Zeichnung in Blau; zeig mein
        Zimmer als Konstruktionsplan; der Raum wie auf einer Blaupause; wie ein Plan vom Ingenieur
        """
    ),
    "halftone": phrases(
        """
        gedruckt wie in einer alten Zeitung; aus lauter kleinen Druckpunkten; Rasterpunkte bitte; wie ein Zeitungsfoto
        unter der Lupe; mach Punkte wie beim Zeitungsdruck; ein grob gerastertes Bild
        """
    ),
    "mosaic": phrases(
        """
        aus vielen kleinen Fliesen gelegt; wie ein römischer Fußboden aus Steinchen; ein Mosaik von mir; setz das Bild
        aus bunten Kacheln zusammen; Fugen und Fliesen überall; wie das Mosaik in einer Kirche
        """
    ),
    "posterize": phrases(
        """
        nur ganz wenige flache Farben; mach ein Plakat mit Farbflächen daraus; harte Farbstufen ohne Verläufe; so flach
        wie in einem Vektorprogramm; reduziere die Farbpalette drastisch; schlichte Flächen, wie aus Papier geschnitten
        """
    ),
    "pop_duotone": phrases(
        """
        zwei knallige Farben und sonst keine; druck mich wie Andy Warhol; ein Duoton in Pink und Gelb; Pop-Art mit zwei
        Tinten; zweifarbig wie ein Plattencover; eine Farbe für das Dunkle, eine für das Helle
        """
    ),
    "pixel": phrases(
        """
        wie ein altes Nintendo-Spiel; alles aus dicken Pixeln; Klötzchengrafik wie in Minecraft; mach mich zur
        Spielfigur in 8 Bit; grob verpixelt; niedrige Auflösung wie auf dem Gameboy
        """
    ),
    "neon": phrases(
        """
        zeichne nur die Kanten in leuchtendem Neon; glühende Linien auf Schwarz; wie eine Leuchtreklame von mir; lass
        die Umrisse im Dunkeln leuchten; Neonröhren statt Konturen; der Rest schwarz, nur die Kanten strahlen
        """
    ),
    "crt": phrases(
        """
        wie auf einem alten Röhrenfernseher; mit Zeilen wie auf Videokassette; Fernsehbild aus den Achtzigern;
        Bildzeilen drüberlegen; wie eine VHS-Aufnahme von 1988; flimmernder alter Monitor
        """
    ),
    "bg_blur": phrases(
        """
        mach den Hintergrund unscharf; nur ich scharf, das Zimmer verschwommen; niemand soll meine Wohnung erkennen,
        mach sie unscharf; Porträtmodus wie am Handy; Bokeh hinter mir; den Raum hinter mir weichzeichnen
        """
    ),
    "green_screen": phrases(
        """
        ersetze alles hinter mir durch Grün; ich brauche einen Greenscreen; grüne Wand hinter mir zum Freistellen;
        einfarbig grüner Hintergrund; tausch mein Zimmer gegen eine grüne Fläche; da hinten soll nur noch Grün sein
        """
    ),
    "bg_mono": phrases(
        """
        nur ich in Farbe, der Rest schwarzweiß; Hintergrund in Graustufen, ich bunt; nimm dem Raum die Farbe, aber nicht
        mir; graues Zimmer, farbiger Mensch; lass alles außer der Person grau werden; Farbe nur auf der Person
        """
    ),
    "snowfall": phrases(
        """
        lass es vor der Kamera schneien; dicke Flocken fallen herunter; ein Schneegestöber bitte; es soll jetzt
        schneien; Schneeflocken wirbeln durchs Bild; wie mitten im Schneesturm
        """
    ),
    "rain": phrases(
        """
        lass es regnen; ein Wolkenbruch über mir; Regentropfen ziehen durchs Bild; als stünde ich im strömenden Regen;
        mieses Wetter mit viel Regen; es gießt wie aus Eimern
        """
    ),
    "bg_studio": phrases(
        """
        stell mich vor eine neutrale graue Wand wie beim Fotografen; Fotostudio als Hintergrund; tausch mein Zimmer
        gegen einen schlichten Studiohintergrund; wie ein Bewerbungsfoto mit grauem Hintergrund; hinter mir nur sanftes
        Grau; professioneller Hintergrund bitte
        """
    ),
    "person_gold": phrases(
        """
        mach aus mir eine Statue aus Gold; überzieh mich mit Gold; ich will glänzen wie ein Goldbarren; eine goldene
        Skulptur von mir; der Mensch soll vergoldet sein; wie ein Oscar, ganz in Gold
        """
    ),
}

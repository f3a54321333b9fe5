"""German vocabulary of the edits that look printed, laid or cut; see ``words_de_light`` for the grammar."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
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
            Holzschnitt; Linolschnit; Holzschnit; Schnitzmesser; handgedruckt; scherenschnittartiger Druck; ich hätte
            gern einen Linolschnitt von mir; kannst du mein Bild in Holz schneiden?; so dass es wie mit dem Druckstock
            gedruckt aussieht; als ob Dürer mich in Holz geschnitten hätte; lass es aussehen wie ein alter Holzschnitt;
            zeig mir mein Portrait als Linoldruck; geschnitzte schwarze Flächen und weiße Kerben; wie im Kunstunterricht
            mit Linol und Messer; ersetze alles durch harte schwarze Druckflächen; wie ein Flugblatt aus dem
            Bauernkrieg; wie bei Ernst Ludwig Kirchner in Holz geschnitten; mit schwarzer Farbe gewalzt und gedruckt;
            abgerollt und abgedruckt vom Holzstock; Struwwelpeter-Druck vom Holzstock; linolschnitt bitte; schnitz mich
            mal in Linol; Lutherbibel mit Holzschnitten; aus der Platte herausgeschnitten; raue schwarze Kerben wie vom
            Hohleisen; Stempel aus Linoleum; mach, dass alles in Holz geschnitten ist; ich will, dass es wie ein
            Holzschnitt aussieht; gibt's das auch als Linolschnitt?; tu so, als hättest du mich in Linol geschnitten
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
            mach eine Blaupause; Blaupuase; Schema in Blau; Explosionszeichnung; Drahtmodell auf Blau; ich hätte gern
            einen Bauplan von meinem Zimmer; kannst du mich als technische Zeichnung zeigen?; so dass weiße Linien auf
            blauem Papier liegen; als ob ein Architekt mein Zimmer entworfen hätte; lass es aussehen wie ein Plan vom
            Ingenieur; zeig mir alles als Blaupause; die Umrisse weiß, der Grund blau; wie die Pläne vom Todesstern; wie
            eine Patentschrift in Blau; ersetze alles durch Konstruktionslinien auf Blau; wie eine Werkstattzeichnung
            auf blauem Papier; Schiffsbauplan; der Plan einer Maschine; Umrisse wie am CAD; weißer Strich auf blauem
            Grund; blaues Planpapier; blaupause bitte; zeichne mich mal als Bauplan; Cyanotypie-Plan vom Architekten;
            Bauamt, Einreichplan; Einreichplan; Lichtpause; Flugzeugkonstruktion auf blauem Papier; mach, dass alles
            weiß auf blau gezeichnet ist; ich will, dass es wie ein Bauplan aussieht; gibt's das auch als Blaupause?; tu
            so, als hätte ein Architekt das gezeichnet
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
            daraus; druck mich in die Zeitung; Ratserpunkte; wie aus der Bild-Zeitung gedruckt; ich hätte gern ein Bild
            wie aus der Zeitung; kannst du mich aus lauter Punkten drucken?; so dass man die Druckpunkte sieht; als ob
            ich auf der Titelseite stünde; lass es aussehen wie billig gedrucktes Zeitungspapier; zeig mir mein Gesicht
            als Rasterbild; die Schatten sollen aus dicken Punkten bestehen; wie in der Kronen Zeitung gedruckt; ersetze
            alles durch schwarze Punkte; große Punkte im Dunkeln, kleine im Hellen; Fotokopie aus Rasterpunkten;
            Druckraster; löse mich mal in Rasterpunkte auf; zeitungsfoto bitte; Extrablatt; grobes Druckraster auf
            Zeitungspapier; gedruckt mit Punktraster; mach, dass alles aus Druckpunkten besteht; ich will, dass es wie
            in der Zeitung gedruckt aussieht; gibt's das auch als Zeitungsbild?; tu so, als stünde ich in der Zeitung
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
            Fliesenleger; Trencadís; ich hätte gern ein Mosaik von mir; kannst du mich aus bunten Steinchen legen?; so
            dass alles aus kleinen Fliesen besteht; als ob ein Römer mich auf den Boden gelegt hätte; lass es aussehen
            wie ein Mosaik in einer alten Kirche; zeig mir mein Zimmer aus Kacheln; zwischen den Steinchen sollen Fugen
            sein; wie im Park Güell; wie die Bodenmosaike in Pompeji; ersetze alles durch bunte Keramiksteine; ein Bild
            aus Scherben und Fugen; wie im Hamam an der Wand; setz mich mal aus Fliesen zusammen; mosaik bitte;
            Glasmosaik; Hundertwasser-Fliesen; jedes Feld ein bunter Stein; mach, dass alles aus Fliesen besteht; ich
            will, dass es wie ein Mosaik aussieht; gibt's das auch als Mosaik?; tu so, als wäre ich aus bunten Steinchen
            gelegt; als wäre alles aus kleinen Kacheln
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
            Poster; Matisse Scherenschnitt; einfache Formen; Postersieren; vereinfachte Farben; grafisch und flach; ich
            hätte gern flache Farben ohne Verläufe; kannst du die Anzahl der Farben verringern?; so dass bloß ein paar
            Farbflächen übrig bleiben; als ob alles aus buntem Papier geschnitten wäre; lass es aussehen wie eine
            Vektorgrafik; zeig mir mein Gesicht als Plakat; die Schatten sollen flache Flächen sein; wie das Hope-Plakat
            von Obama; wie mit der Schablone gesprüht; ersetze die Verläufe durch Farbstufen; wie ein altes Reiseplakat;
            grafisch vereinfacht in Farbflächen; mach mal ein Plakat aus mir; plakat bitte; mach, dass es nur ein paar
            flache Farben gibt; ich will, dass es wie ein Plakat aussieht; gibt's das auch als Vektorgrafik?; tu so, als
            wäre das ein Poster mit flachen Farben
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
            zweifarbig; Dutoon; Bonbonfarben, zwei Stück; schrilles Poster in zwei Farben; ich hätte gern alles in genau
            zwei knalligen Farben; kannst du das Bild zweifarbig machen?; so dass nur noch Pink und Gelb übrig sind; als
            ob Andy Warhol mich gedruckt hätte; lass es aussehen wie ein Warhol-Siebdruck; zeig mir mein Gesicht als
            Pop-Art; die Schatten lila, die Lichter gelb; lass nur zwei Farben übrig; ersetze alle Farben durch zwei
            laute; tausch dunkel gegen Violett und hell gegen Gelb; färb Schatten und Licht in zwei Knallfarben; wie ein
            Konzertplakat in zwei Farben; wie auf einem Plattencover in zwei Farben; wie die bunten Spotify-Bilder; ein
            Risodruck in zwei Farben; Risographie; wie Marilyn in der Galerie; Kunstdruck aus den Sechzigern in zwei
            Farben; schrille Popkunst; poppig zweifarbig; Pop-Art-Portrait; Popart-Filter; Duoton-Filter; Duoton-Look;
            Duotoneffekt; Zweiton; Zweitonbild; ein Bild aus zwei Druckfarben; zwei Kontrastfarben statt aller anderen;
            hell gelb, dunkel pink; knallpink und zitronengelb; bloß zwei Farbtöne im ganzen Bild; Musikfestivalplakat
            in zwei Neonfarben; grafisch in zwei grellen Farben; alles Helle gelb, alles Dunkle lila; zwei poppige
            Farben und Schluss; zweifarbiges Cover; mach mal Popkunst aus mir; Warhol soll mich malen; Siebdruck à la
            Warhol; grell wie Warhol; poppig und schrill in zwei Tönen; reduzier das Bild auf zwei knallige Farben; pop
            art mit zwei farben; pink im Schatten, gelb im Licht; Sixties-Pop in zwei Farben; Farbverlauf von Lila nach
            Gelb über das ganze Bild; mach, dass nur zwei Farben da sind; ich will, dass alles zweifarbig ist; wär cool,
            wenn das Bild zwei grelle Farben hätte; gibt's das auch als Pop-Art?; wie wenn Warhol ein Porträt druckt;
            ich möchte bitte ein Pop-Art-Poster in zwei Farben; tu so, als wäre das von Andy Warhol; gib dem Bild zwei
            knallige Töne; verwandle mich in ein Pop-Art-Bild; stell dir vor, es gäbe nur zwei Farben; cooler wär's in
            zwei grellen Farben; wie auf einem Poster mit zwei lauten Farben; das ganze Bild in zwei Tönen; könnte man
            das auf zwei Farben bringen?; Schatten in einer Farbe, Licht in der anderen; als hätte der Drucker bloß zwei
            Farben; zwei knallige Farben sollen alles ersetzen
            """
        ),
        mild=phrases("ein Hauch von Duoton; leicht zweifarbig"),
        places=phrases("in der Factory von Andy Warhol; in einer Pop-Art-Galerie"),
    ),
)

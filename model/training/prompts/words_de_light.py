"""German vocabulary of light and season, and of leaving the picture alone.

The fields are those of :class:`EditWords` with German grammar: ``things`` in the nominative, ``acts`` as infinitives,
``details`` in the dative after "mit", ``places`` with their preposition.
"""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="identity",
        things=(),
        looks=phrases("unverändert; unbearbeitet; original; genau so wie es ist; natürlich und ohne Effekt"),
        acts=phrases(
            """
            alles so lassen; nichts ändern; das Original zeigen; das Bild nicht bearbeiten; alle Filter ausschalten; den
            Effekt entfernen; das Video unverändert durchlassen; zurück zum Original gehen; alle Effekte abschalten; das
            normale Kamerabild zeigen; gar nichts machen
            """
        ),
        details=phrases("dem Originalbild; keinem Effekt; den echten Farben; unverändertem Inhalt"),
        sayings=phrases(
            """
            kein Filter; keine Filter; ohne Filter; kein Effekt; ohne Effekt; keine Änderung; keine Veränderung;
            unverändert; unbearbeitet; original; Original; Originalbild; Originalvideo; normal; nichts; aus;
            ausschalten; lass es so; lass das Bild in Ruhe; mach nichts; ändere nichts; ändere bitte nichts; Filter aus;
            Effekt aus; zurück zum Original; zurücksetzen; Standard; einfach die Kamera; nur die Webcam; wie es ist; so
            wie immer; roh; Rohbild; natürliches Bild; echte Farben; bitte nichts bearbeiten; keine Bearbeitung; ohne
            Bearbeitung; lass alles beim Alten; stell den Effekt ab; schalt den Filter ab; zeig mich, wie ich wirklich
            bin; das echte Bild; Realität; rückgängig machen; alles rückgängig; durchreichen; wie aufgenommen; keinen
            Stil anwenden; ich hätte gern einfach mein normales Bild; kannst du bitte alles so lassen, wie die Kamera es
            sieht?; lass die Finger von meinem Video; zeig mir, was die Linse sieht, sonst nichts; nimm alle Effekte
            wieder runter; das Bild soll bleiben, wie es aus der Kamera kommt; heute mal kein Filter; mir gefällt es so,
            wie es ist; bitte keine Spielereien; gib mir meine Aufnahme zurück; ich will das unbearbeitete Video sehen;
            schick das Bild einfach weiter; die Farben passen so, lass sie; ich brauch keinen Stil; zurück auf Anfang;
            mach den ganzen Zauber wieder weg; stell alles wieder auf normal; ich möchte ungefiltert zu sehen sein;
            keine Effekte, danke; passt eh so; lass es gut sein, wie es ist; das Video bitte nicht anrühren; wie vorher,
            ohne alles; jetzt wieder das gewöhnliche Kamerabild; so, wie es wirklich aussieht; mit den Originalfarben
            bitte; am Bild soll sich nichts verändern; nicht bearbeiten; nichts drüberlegen; keinerlei Veränderung am
            Bild; bloß nichts verändern; lösch den Effekt; ohne Schnickschnack; ungeschönt und echt; die nackte Wahrheit
            der Kamera; bitte wieder ausmachen; Normalansicht; ich seh gern so aus, wie ich bin; das Original reicht
            mir; stell zurück auf die Werkseinstellung; die Kamera soll einfach filmen und fertig; alle Regler auf
            neutral; genug gespielt, zeig wieder das echte Video; am liebsten wäre mir gar kein Effekt; so wie im
            Spiegel, unverfälscht; Eingang gleich Ausgang; bitte unverändert durchreichen; ich will mich ohne Filter
            zeigen; Originlabild bitte; lass ma so; kein Look, einfach Video; die Aufnahme unangetastet lassen; alles
            bleibt, wie es ist; mach, dass das Bild wieder normal ist; ich will, dass nichts bearbeitet wird; wär schön,
            wenn du gar nichts machst; gibt's das auch ohne Effekt?; wie wenn kein Programm dazwischen wär; ich möchte
            bitte nur das normale Kamerabild; tu einfach nichts mit dem Video; verzichte auf jeden Filter; stell dir
            vor, es gäbe keine Filter; hör auf, das Video zu bearbeiten; es soll alles so bleiben, wie es ist; gib mir
            das Bild ohne Bearbeitung; schalt alles ab, was das Bild verändert; ich nehm das Original; das echte,
            unveränderte Video bitte; lass Farben und Formen so, wie sie sind; könnte man den Effekt wieder
            ausschalten?; die Aufnahme soll echt und natürlich bleiben
            """
        ),
        graded=False,
    ),
    EditWords(
        name="golden_hour",
        things=phrases(
            """
            ein Sonnenuntergang; die goldene Stunde; ein warmer Sommerabend; ein goldener Sonnenaufgang; ein Abend in
            der Toskana; ein Bild im Licht der tiefen Sonne
            """
        ),
        looks=phrases(
            "warm und golden; sonnig und warm; in Abendlicht getaucht; sonnendurchflutet; goldgelb; orange beleuchtet"
        ),
        acts=phrases(
            """
            warmes Sonnenlicht hinzufügen; alles in goldenes Abendlicht tauchen; die Sonne untergehen lassen; das Licht
            wärmer machen; die Szene mit tiefer Sonne beleuchten; einen Sonnenuntergang daraus machen; die Farben wärmer
            einstellen
            """
        ),
        details=phrases(
            """
            warmem Abendlicht; goldenem Sonnenlicht; orangem Licht; der Stimmung eines Sonnenuntergangs; warmen Strahlen
            der Abendsonne; honigfarbenem Licht
            """
        ),
        sayings=phrases(
            """
            goldene Stunde; Sonnenuntergang; Sonnenaufgang; Abendrot; Abendlicht; Abendsonne; Morgensonne; Sonnenschein;
            sonnig; warm; warmes Licht; wärmer; wärmeres Licht; goldenes Licht; Goldlicht; Sommerabend; Dämmerung mit
            warmer Sonne; Sonnenuntergang am Meer; Strand bei Sonnenuntergang; warme Farben; warme Töne; mach es wärmer;
            mach das Bild wärmer; lass die Sonne scheinen; Sonne bitte; tiefstehende Sonne; die Sonne geht unter;
            bernsteinfarbenes Licht; gemütliches warmes Licht; romantische Abendstimmung; Sonnenuntergangsstimmung; wie
            an einem Sommerabend; Gegenlicht der Sonne; spätes Nachmittagslicht; orangefarbener Schein; Sonnenuntergnag;
            ich hätte gern Licht wie kurz vor Sonnenuntergang; kannst du die Sonne tief stehen lassen?; lass alles
            leuchten wie im letzten Abendlicht; so dass mein Gesicht von der Abendsonne angestrahlt wird; als ob die
            Sonne gleich hinterm Horizont verschwindet; tauch mein Zimmer in goldenes Licht; die Haut soll honigfarben
            schimmern; die Schatten sollen lang und warm sein; zeig mir die Szene bei Sonnenuntergang; wie am Strand,
            wenn die Sonne ins Meer sinkt; goldenes Licht auf allem, bitte; ich sitze gern in der Abendsonne, mach mal;
            tausch das kalte Licht gegen warmes Sonnenlicht; der Himmel glüht orange; alles schimmert wie Bernstein; wie
            durch ein Glas Honig beleuchtet; Instagram-Licht zur goldenen Stunde; wie auf der Terrasse beim Sundowner;
            Sonnenstrahlen, die schräg durchs Fenster fallen; Abendstimmung am See; Alpenglühen; lass die Sonne schräg
            hereinscheinen; das Licht wie an einem Juliabend; kannst du mich in warmes Gegenlicht setzen?; mach, dass es
            wie bei Sonnenaufgang leuchtet; frühmorgens, wenn die ersten Sonnenstrahlen kommen; ersetze das
            Neonröhrenlicht durch Abendsonne; der Raum soll warm glühen; wie im Kino, wenn der Held in die Abendsonne
            reitet; ein Spätsommerabend mit tiefer Sonne; goldgelber Schein auf Gesicht und Wand; bring die Abendsonne
            ins Zimmer; kuscheliges oranges Licht wie am Kamin; weiches warmes Licht, wie Fotografen es am Abend lieben;
            als wäre gerade Sonnenuntergang; das Weiß soll ins Goldene gehen; mach mir sonniges Licht; die letzte Stunde
            vor der Dämmerung, alles golden; sonnenuntergang am fenster; wie auf einem Weingut in der Abendsonne; die
            Farben in warmes Orange und Gold ziehen; lauschiger Sommerabend im Garten; warm beleuchtet wie von einer
            tiefen Sonne; heller Bernsteinglanz über dem Bild; könnte die Sonne grad untergehen?; gib dem Licht die
            Wärme der Abendsonne; in der Wohnung soll Abendsonne scheinen; Sonnenutnergang; wie auf Hochzeitsfotos in
            der Abendsonne; mach, dass die Sonne warm hereinscheint; ich will, dass alles golden leuchtet; wär schön,
            wenn das Licht wärmer wäre; gibt's das auch mit Abendsonne?; wie wenn abends die Sonne auf die Häuser
            scheint; ich möchte bitte warmes Licht auf meinem Gesicht; tu so, als wäre es ein warmer Sommerabend; gib
            dem Bild einen goldenen Schein; verwandle das Tageslicht in Abendlicht; stell dir vor, draußen geht die
            Sonne unter; schöner wär's mit goldenem Sonnenlicht; wie in einem Liebesfilm am Strand bei Abendsonne; der
            ganze Raum in warmen Sonnenfarben; könnte man die Szene sonniger und wärmer machen?; alles in orangem Licht,
            als ginge die Sonne unter; Licht und Farben warm wie am Abend; so ein warmes Leuchten wie bei
            Sonnenuntergang; die tiefe Sonne soll alles vergolden
            """
        ),
        mild=phrases("etwas wärmer; ein Hauch Abendsonne; das Licht ein bisschen wärmer"),
        places=phrases(
            "in der Toskana; am Strand bei Sonnenuntergang; in Kalifornien am Abend; in der Savanne am Abend"
        ),
    ),
    EditWords(
        name="moonlit_night",
        things=phrases(
            "eine Mondnacht; eine dunkle Nacht; eine Szene bei Nacht; eine Vollmondnacht; ein nächtlicher Wald"
        ),
        looks=phrases(
            "dunkel und nächtlich; mondhell; nachtblau; dunkelblau wie die Nacht; finster; vom Mond beschienen"
        ),
        acts=phrases(
            """
            den Tag zur Nacht machen; es Nacht werden lassen; die Szene mit Mondlicht beleuchten; das Bild auf Nacht
            abdunkeln; die Sonne durch den Mond ersetzen; Mondlicht hinzufügen; es dunkel machen
            """
        ),
        details=phrases(
            "Mondlicht; blauem Mondlicht; nächtlicher Dunkelheit; dunkelblauen Schatten; fahlem Licht vom Mond"
        ),
        sayings=phrases(
            """
            Nacht; Nachts; nachts; bei Nacht; Mondlicht; Mondschein; Mondnacht; Vollmond; Vollmondnacht; Mitternacht; um
            Mitternacht; dunkel; dunkle Nacht; Nachtszene; Nachtstimmung; nächtlich; Dunkelheit; finster; mach es
            dunkel; mach es Nacht; es ist Nacht; lass es Nacht werden; Tag zu Nacht; amerikanische Nacht; blaue Nacht;
            nachtblau; der Mond scheint; nur der Mond leuchtet; im Mondlicht; im Mondschein sitzen; Nacht im Wald;
            Geisterstunde; mitten in der Nacht; wie in der Nacht gefilmt; Mondlciht; Nachthimmel; Nachtlandschaft;
            kannst du die Sonne ausknipsen und den Mond anmachen?; ich hätte gern eine dunkle Vollmondnacht; lass es
            aussehen, als ob es drei Uhr früh wäre; so dass nur der Mond mein Zimmer erhellt; als wäre draußen längst
            alles dunkel; zeig mir das Zimmer bei Nacht; tauch alles in blaues Mondlicht; das Licht aus, bloß der Mond
            scheint herein; die Schatten sollen fast schwarz und bläulich sein; wie in einer lauen Nacht unter dem
            Vollmond; Werwolfnacht; mein Gesicht nur vom Mond beschienen; aus Tag mach Nacht; ersetze das Tageslicht
            durch Mondlicht; wie ein Gruselfilm um Mitternacht; alle schlafen schon, nur der Mond ist wach; es soll
            stockfinster sein bis auf den Mondschein; wie im Zelt nachts auf dem Campingplatz; dunkelblau und still wie
            die Nacht; lass die Nacht hereinbrechen; mach mal das Licht aus, es ist Nacht; wie Graf Dracula es gern hat,
            dunkel und mondhell; silbriges Licht vom Mond auf der Haut; der Tag ist vorbei, zeig alles im Dunkeln unter
            dem Mond; nachts auf dem Dach mit Mond; nachts allein im Haus; die Szene soll in tiefer Nacht spielen; der
            Himmel nachtschwarz, der Mond silbern; kannst du es draußen und drinnen dunkel werden lassen?; wie ein
            Wiegenlied im Mondschein; schummrig blaues Nachtlicht; wie bei Stromausfall mit Mond vor dem Fenster; dunkle
            blaue Töne wie um Mitternacht; bei Dunkelheit im Schein des Mondes; der Mond ist aufgegangen; lass bitte den
            Vollmond über mir stehen; nachtwanderung bei mondschein; Nacht statt Tag bitte; verdunkle das Bild, bis es
            wie Nacht aussieht; Schlafenszeit, Licht aus; bläuliche Finsternis; eine Nacht am Meer mit Mond;
            Nachtstimung mit Mond; dreh die Uhr auf Mitternacht; als hätte jemand die Sonne abgestellt; nächtlicher
            Garten, vom Mond bläulich erhellt; ich will im Mondlicht sitzen; mach, dass es Nacht ist; ich will, dass es
            dunkel wird und der Mond scheint; wär schön, wenn es schon Nacht wäre; gibt's das auch bei Nacht?; wie wenn
            nachts der Mond ins Zimmer scheint; ich möchte bitte eine dunkle Nachtstimmung; tu so, als wäre es mitten in
            der Nacht; gib dem Bild das Blau einer Mondnacht; verwandle den Tag in eine Nacht; stell dir vor, es ist
            Mitternacht; schöner wär's im Mondschein; wie in einem Film, der nachts im Wald spielt; der ganze Raum
            dunkel und blau; könnte man den Tag zur Nacht machen?; alles dunkelblau, als schiene nur der Mond; das Licht
            soll vom Mond kommen; so eine dunkle Stimmung wie um Mitternacht; ohne Sonne, nur mit Mond
            """
        ),
        mild=phrases("etwas dunkler, wie am späten Abend; ein Hauch von Mondlicht; ein bisschen nächtlicher"),
        places=phrases(
            "im Wald um Mitternacht; in Transsilvanien bei Nacht; auf einem Friedhof bei Nacht; unter dem Mond"
        ),
    ),
    EditWords(
        name="winter",
        things=phrases(
            """
            eine Winterlandschaft; ein Wintertag; ein verschneiter Tag; ein kalter Januarmorgen; eine Schneelandschaft;
            das Winterwunderland; eine eisige Welt; ein Tag im Schnee
            """
        ),
        looks=phrases(
            """
            winterlich; verschneit; frostig; eisig; eiskalt; kalt und weiß; zugefroren; schneebedeckt; kühl und
            bläulich; gefroren
            """
        ),
        acts=phrases(
            """
            alles mit Schnee bedecken; den Sommer zum Winter machen; alles einfrieren; Frost und Schnee hinzufügen; die
            Jahreszeit auf Winter stellen; das Bild kalt und verschneit machen; alles zuschneien lassen; alles vereisen
            """
        ),
        details=phrases(
            "Schnee und Eis; Frost auf allem; kaltem weißem Licht; eisigen Farben; Schnee auf dem Boden; Raureif"
        ),
        sayings=phrases(
            """
            Winter; Schnee; verschneit; frostig; Frost; Eis; eisig; kalt; eiskalt; gefroren; winterlich;
            Winterlandschaft; Schneelandschaft; Winterwunderland; Wintertag; Wintermärchen; weiße Weihnachten;
            Weihnachten im Schnee; Eiszeit; Arktis; Antarktis; Nordpol; Südpol; Sibirien; Alaska; Lappland; Grönland;
            Alpen im Winter; Skigebiet; Skiurlaub; mach es winterlich; mach Winter; mach es kalt; bedecke alles mit
            Schnee; alles voller Schnee; Raureif; Eiszapfen; Gletscher; Polar; Polarexpedition; Januar; Dezember; minus
            zwanzig Grad; Kälte; klirrende Kälte; kühle Farben; kalte Farben; eisblau; zugefrorener See; es ist Winter;
            der Winter kommt; Wnter; Schne; wie im tiefsten Winter; als läge überall Schnee; als wäre alles zugeschneit;
            alles weiß und kalt; ich hätte gern eine Winterlandschaft um mich herum; kannst du alles weiß und frostig
            färben?; so dass die Blätter wie mit Raureif überzogen sind; als ob über Nacht alles eingefroren wäre; lass
            mein Zimmer aussehen wie eine Eishöhle; zeig mir den Garten im tiefen Winter; das Grün soll weiß vor Schnee
            sein; die Haut soll blass und verfroren wirken; entzieh dem Bild die Wärme, mach es eisig; ersetze die
            grünen Pflanzen durch verschneite; als wär grad Jänner; wie in Davos auf der Piste; wie in einem Iglu; wie
            bei Elsa im Eispalast; das Licht soll kalt und bläulich weiß sein wie an einem Frosttag; mir ist zu warm,
            mach Winter draus; tausch den Sommer gegen Frost und Eis; die Bäume sollen verschneit sein; eine Schneedecke
            über allem; friere das Bild in Eis ein; wie auf einer Weihnachtskarte mit verschneitem Wald; als wäre die
            Heizung seit Wochen aus und alles vereist; eisiges blasses Licht auf verschneiter Wiese; frostiges Blau und
            Weiß; so kalt, dass alles erstarrt; verschneite Berghütte; Pulverschnee auf den Tannen; Hüttenzauber im
            verschneiten Tirol; winterlich verschneite Gasse; bei minus dreißig Grad in Jakutien; wie im Kühlhaus;
            sibirische Kälte, alles weiß; alles soll mit Reif überzogen sein; frostige Märchenwelt; das Zimmer soll wie
            schockgefroren aussehen; schnee überall auf dem boden; wie bei Väterchen Frost; lass die Pflanzen gefrieren;
            wintersonne, kalt und weiß; mach mal Winter draus; mach, dass alles verschneit ist; ich will, dass es
            aussieht wie im Winter; wär schön, wenn überall Schnee läge; gibt's das auch im Winter?; wie wenn alles
            zugefroren ist; ich möchte bitte eine verschneite Landschaft; tu so, als wäre es eiskalt; gib dem Bild
            eisige Farben; verwandle den Sommer in einen kalten Winter; stell dir vor, es ist Januar und bitterkalt; wie
            in einem Film am Nordpol; der Garten unter Schnee und Eis; könnte man alles mit Frost überziehen?; alles
            weiß und eisig, als wäre es Dezember; die Farben sollen kalt und frostig sein; so eine eisige Stimmung wie
            in der Arktis
            """
        ),
        mild=phrases("etwas kälter, ein Hauch Frost; ein bisschen kühler; leicht frostig"),
        places=phrases(
            """
            in Lappland; in Grönland; in der Arktis; am Nordpol; in Alaska; in der Antarktis; in Norwegen im Januar; auf
            einem Gletscher; im Skiurlaub; in den Alpen im Februar; in der russischen Tundra; bei der Schneekönigin; in
            einer Gefriertruhe; in Narnia; in Island im Winter
            """
        ),
    ),
    EditWords(
        name="autumn",
        things=phrases(
            "ein Herbsttag; eine Herbstlandschaft; ein Herbstwald; ein Oktobernachmittag; ein Park im Herbst"
        ),
        looks=phrases("herbstlich; bunt wie im Herbst; rot und orange wie Herbstlaub; rostbraun; herbstlich gefärbt"),
        acts=phrases(
            """
            alle Blätter orange färben; die Jahreszeit auf Herbst stellen; das Grün in Rot und Orange verwandeln; es
            Herbst werden lassen; alles herbstlich einfärben; den Sommer zum Herbst machen
            """
        ),
        details=phrases("Herbstlaub; bunten Blättern; herbstlichen Farben; orangen und roten Bäumen; welken Blättern"),
        sayings=phrases(
            """
            Herbst; herbstlich; Herbstfarben; Herbstlaub; Herbstwald; Herbsttag; Herbstblätter; Laub; buntes Laub; rote
            Blätter; orange Blätter; Blätter fallen; Oktober; November; Indian Summer; Altweibersommer; Erntezeit;
            Erntedank; Kürbiszeit; Halloween-Herbst; mach es herbstlich; mach Herbst; färbe das Laub; Spätherbst;
            Herbststimmung; Waldspaziergang im Oktober; rostrote Bäume; braune Blätter; warme Herbsttöne; Hebst; aus
            Grün wird Rot; Weinberge im Herbst; Herbstbild; ein Herbst wie gemalt in Rot und Gelb; ich hätte gern buntes
            Herbstlaub um mich herum; kannst du alles Grüne orange färben?; so dass die Blätter rot und braun werden;
            als ob es schon Oktober wäre; lass den Garten aussehen wie im Herbst; zeig mir die Bäume mit gefärbtem Laub;
            das Laub soll sich verfärben; ersetze das grüne Gras durch braunes Herbstgras; tausch das Sommergrün gegen
            Rostrot; alles Grün soll zu Orange werden; meine Zimmerpflanze soll rote Blätter kriegen; wie auf einem
            Spaziergang durchs raschelnde Laub; wie im Wald, wenn die Blätter rot werden; Pilzesammeln im bunten Wald;
            Drachensteigen im Oktober; wie in Neuengland, wenn die Ahornbäume leuchten; goldener Oktober; wie im
            goldenen Herbst; die Wiese soll welk und orange sein; lass die Bäume bunt werden; färb die Blätter um, von
            Grün nach Rot; welkes Laub überall; aus Sommer wird Herbst; die Jahreszeit, in der die Blätter fallen;
            Martinsumzug im bunten Laub; Kastanienzeit; Kastanien und Eicheln sammeln; Erntedankfest mit Kürbissen und
            buntem Laub; Rostrot und Ocker statt Grün; das Weinlaub leuchtet rot; Ahornblätter in Feuerrot; der Park
            voller oranger Bäume; die Pflanzen sollen herbstliche Farben haben; mal alle Blätter orange und rot an; der
            Sommer ist vorbei, die Blätter färben sich; ein Laubwald Ende Oktober; mach mal Herbst in meinem Garten;
            alles in Kürbisfarben, auch das Gras; blätter orange statt grün; warmes Rot und Orange auf allen Blättern;
            wenn sich der Wald verfärbt; herbstlicht mit buntem Laub; als hätte der Oktober die Wiese gefärbt; wie ein
            Wald voller rotbrauner Buchen; hersbtlich bunt bitte; zieh dem Wald sein Herbstkleid an; Gelbe und rote
            Blätter an den Bäumen wären schön; mach, dass die Blätter bunt werden; ich will, dass alles Grün orange ist;
            wär schön, wenn schon Herbst wäre; gibt's das auch im Herbst?; wie wenn im Oktober das Laub bunt wird; ich
            möchte bitte rote und orange Bäume; tu so, als wäre es Oktober; gib dem Bild die Farben von Herbstlaub;
            verwandle den grünen Wald in einen Herbstwald; stell dir vor, die Bäume werden gerade bunt; schöner wär's
            mit rotem Laub; wie in einem Film, der im Herbst spielt; die Pflanzen rot und braun statt grün; könnte man
            aus dem Sommer einen Herbst machen?; alles rostrot und orange, als wäre November; die grünen Blätter sollen
            welk aussehen; so eine bunte Stimmung wie im Oktober; kein Grün mehr, nur Orange und Rot
            """
        ),
        mild=phrases("ein wenig herbstlicher; ein Hauch von Herbst"),
        places=phrases("im Herbstwald; in Kanada im Oktober; im Weinberg im Oktober; auf einem Kürbisfeld"),
    ),
)

"""German vocabulary of light, season, weather and place, and of leaving the picture alone.

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
            Stil anwenden
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
            an einem Sommerabend; Gegenlicht der Sonne; spätes Nachmittagslicht; orangefarbener Schein; Sonnenuntergnag
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
            Geisterstunde; mitten in der Nacht; wie in der Nacht gefilmt; Mondlciht; Nachthimmel; Nachtlandschaft
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
            alles weiß und kalt
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
            Grün wird Rot; Weinberge im Herbst; Herbstbild; ein Herbst wie gemalt in Rot und Gelb
            """
        ),
        mild=phrases("ein wenig herbstlicher; ein Hauch von Herbst"),
        places=phrases("im Herbstwald; in Kanada im Oktober; im Weinberg im Oktober; auf einem Kürbisfeld"),
    ),
    EditWords(
        name="underwater",
        things=phrases(
            """
            eine Unterwasserwelt; ein Aquarium; der Meeresboden; ein Tauchgang; eine Unterwasseraufnahme; ein
            Korallenriff; die versunkene Stadt Atlantis
            """
        ),
        looks=phrases("wie unter Wasser; blaugrün und nass; versunken; türkis wie das Meer; tief unter dem Meer"),
        acts=phrases(
            """
            alles unter Wasser setzen; das Zimmer fluten; in die Tiefsee tauchen; mich ins Meer versetzen; alles im
            Wasser versinken lassen; die Szene ins Aquarium verlegen
            """
        ),
        details=phrases("blauem Wasser; blaugrünem Dunst; Licht durch Wasser; Lichtreflexen der Wellen; Meerwasser"),
        sayings=phrases(
            """
            unter Wasser; Unterwasser; Unterwasserwelt; Meer; im Meer; Ozean; Tiefsee; Aquarium; Tauchen; Tauchgang;
            Taucher; Schnorcheln; Korallenriff; Meeresgrund; Meeresboden; Atlantis; U-Boot; im U-Boot; im Schwimmbecken;
            im Pool getaucht; versunken; Wasserwelt; Nixe; Meerjungfrau; Findet Nemo; Spongebob; Fische; wie ein Fisch
            im Wasser; geflutetes Zimmer; alles voll Wasser; blaues Wasser überall; Untrwasser; türkisblaues Meer; ich
            tauche; lass uns tauchen; setz alles unter Wasser; Unterseewelt; Meerestiefe
            """
        ),
        mild=phrases("ein Hauch von Meer; ein bisschen wie unter Wasser"),
        places=phrases(
            "auf dem Grund des Meeres; in Atlantis; im Aquarium; in einem U-Boot; am Korallenriff; im Schwimmbad"
        ),
    ),
    EditWords(
        name="cyberpunk",
        things=phrases(
            """
            eine Cyberpunk-Stadt; eine Szene aus der Zukunft; eine Neonstadt; eine futuristische Großstadt; ein
            Science-Fiction-Film in Pink und Blau; eine Hackerhöhle
            """
        ),
        looks=phrases(
            """
            futuristisch und neonfarben; wie Cyberpunk; pink und türkis beleuchtet; in Neonlicht getaucht; magenta und
            cyan
            """
        ),
        acts=phrases(
            """
            alles in pinkes und blaues Neonlicht tauchen; eine Cyberpunk-Welt daraus machen; mich in die Zukunft
            versetzen; lila und türkis beleuchten; das Zimmer in eine Neonstadt verwandeln
            """
        ),
        details=phrases(
            "pinkem und blauem Neonlicht; Farben wie im Cyberpunk; magenta und türkisem Licht; Licht aus der Zukunft"
        ),
        sayings=phrases(
            """
            Cyberpunk; Cyberpunkstadt; Cyberpunk-Look; Zukunft; Zukunftsstadt; futuristisch; Science-Fiction; Sci-Fi;
            Neonstadt; Neonlicht in Pink und Blau; pinkes Licht; pink und blau; lila und türkis; Magenta und Cyan;
            Hacker; Hackerhöhle; Dystopie; dystopische Großstadt; Neo-Tokio; Tokio bei Nacht; Stadt im Jahr 2077;
            Nachtclub der Zukunft; Blade Runner; wie in einem Zukunftsfilm; Matrix der Zukunft in Pink; Gamer-Zimmer mit
            lila Licht; RGB-Beleuchtung; Synthwave; Vaporwave; Cyberpnuk; Megacity; Androiden und Neonreklame;
            elektrisches Blau und grelles Pink
            """
        ),
        mild=phrases("ein Hauch von Cyberpunk; ein bisschen pinkes und blaues Licht"),
        places=phrases("in Night City; in Neo-Tokio; in einer Megacity der Zukunft; im Jahr 2077"),
    ),
    EditWords(
        name="snowfall",
        things=phrases(
            "ein Schneefall; ein Schneesturm; ein Schneeschauer; ein Flockenwirbel; eine geschüttelte Schneekugel"
        ),
        looks=phrases("voller fallender Schneeflocken; von Flocken durchweht; mit Schneeflocken in der Luft gefüllt"),
        acts=phrases(
            """
            es schneien lassen; Schnee fallen lassen; Schneeflocken fallen lassen; fallenden Schnee hinzufügen; Flocken
            durchs Bild wehen lassen; einen Schneesturm machen
            """
        ),
        details=phrases(
            "fallendem Schnee; Schneeflocken in der Luft; fallenden Flocken; Schneetreiben; dicken weißen Flocken"
        ),
        sayings=phrases(
            """
            Schneefall; es schneit; schneien; lass es schneien; Schneeflocken; Flocken; Schneesturm; Schneetreiben;
            Schneegestöber; Schneeschauer; fallender Schnee; Schnee fällt; Schneefall bitte; Schnee, der vom Himmel
            fällt; Schneekugel; wie in einer Schneekugel; leise rieselt der Schnee; es rieselt Schnee; der Schnee
            rieselt; Schneekanone; Flockenwirbel; tanzende Flocken; dichter Schneefall; starker Schneefall; kann es
            schneien?; mach Schneefall; mach, dass es schneit; ich will Schneefall; Schneeflokcen; bewegter Schnee;
            Schneeeffekt; weiße Flocken überall in der Luft; es fängt an zu schneien; Schneewetter; Frau Holle; Blizzard
            """
        ),
        mild=phrases("ein paar Schneeflocken; nur wenige Flocken; leichter Schneefall"),
        places=phrases("in einer Schneekugel; im Schneesturm; mitten im Schneetreiben"),
    ),
    EditWords(
        name="rain",
        things=phrases("ein Regentag; ein Regenschauer; ein Wolkenbruch; ein Gewitter; ein Platzregen; ein Dauerregen"),
        looks=phrases("regnerisch; verregnet; nass vom Regen; voller Regentropfen; von Regen durchzogen"),
        acts=phrases(
            """
            es regnen lassen; Regen hinzufügen; Regentropfen fallen lassen; mich in den Regen stellen; ein Gewitter
            aufziehen lassen; es in Strömen gießen lassen
            """
        ),
        details=phrases("Regen; fallendem Regen; Regentropfen in der Luft; Regenstreifen; strömendem Regen"),
        sayings=phrases(
            """
            Regen; es regnet; regnen; regnerisch; verregnet; Regentag; Regenwetter; Regenschauer; Schauer; Regenguss;
            Platzregen; Wolkenbruch; Gewitter; Unwetter; Nieselregen; Niesel; Dauerregen; Landregen; Regentropfen;
            Tropfen; Regenstreifen; Regenfall; starker Regen; strömender Regen; mach Regen; mach, dass es regnet; es
            soll regnen; ich will Regen; kann es regnen?; schlechtes Wetter; Sauwetter; Schmuddelwetter; Aprilwetter; es
            schüttet; es gießt; im Regen stehen; ohne Schirm im Regen; Regne; Rgen; Regenefekt; nasses Wetter; wie im
            Monsun; Hamburger Wetter
            """
        ),
        mild=phrases("ein paar Regentropfen; leichter Nieselregen; nur ein bisschen Regen"),
        places=phrases("in London bei Regen; im Regenwald; mitten im Gewitter; in Hamburg bei Schietwetter"),
    ),
)

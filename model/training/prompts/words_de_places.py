"""German vocabulary of the edits that move the scene elsewhere; see ``words_de_light`` for the grammar."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
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
            tauche; lass uns tauchen; setz alles unter Wasser; Unterseewelt; Meerestiefe; ich hätte gern, dass es
            aussieht wie unter Wasser; kannst du mein Zimmer im Meer versenken?; so dass alles blaugrün schimmert wie
            beim Tauchen; lass es aussehen, als ob ich in einem Aquarium schwimme; zeig mir die Szene aus der Sicht
            eines Tauchers; das Licht soll von oben durchs Wasser fallen; mein Wohnzimmer steht unter Wasser; flute die
            Bude; wie bei Arielle; wie auf der Titanic am Meeresboden; wie in 20.000 Meilen unter dem Meer; ich will
            aussehen wie ein Fisch im Becken; tausch die Luft gegen Wasser; blaue Tiefe um mich herum; die Farben sollen
            wie in zehn Metern Tiefe sein; im Hallenbad auf Tauchstation; wie mit der Taucherbrille geschaut;
            Tauchurlaub im Roten Meer; Schnorcheln am Great Barrier Reef; alles soll in türkisem Wasser schweben;
            bläulich trübes Seewasser; grünblauer Schleier wie unter der Wasseroberfläche; versenk mich im Ozean; wie
            ein gesunkenes Schiff; abgetaucht; auf Tauchgang mit Jacques Cousteau; als schaute man durch die Scheibe im
            Sea Life; Meeresblau, trüb und tief; ein Zimmer am Grund des Sees; die Wellen über mir brechen das Licht;
            ich atme Luftblasen, überall Wasser; Unterwasserfarben bitte; setz mich zu den Fischen; könnte das in der
            Tiefsee spielen?; wie in der Badewanne abgetaucht; rotes Licht verschluckt, alles blaugrün wie im Meer;
            unterm Meeresspiegel; bei den Quallen und Korallen; als filmte eine Kamera im Wassergehäuse; U-Boot-Fenster,
            dahinter blaues Meer; nasse blaue Welt unter den Wellen; wie im Wolfgangsee getaucht; tauch mal mit mir ab;
            das ganze Zimmer läuft voll Wasser; unterwaser wie beim tauchen; versunkener Palast am Meeresboden; mach,
            dass alles unter Wasser ist; ich will, dass mein Zimmer geflutet wird; wär schön, wenn wir im Meer wären;
            gibt's das auch unter Wasser?; wie wenn man beim Tauchen die Augen aufmacht; ich möchte bitte im Meer
            sitzen; tu so, als wäre ich ein Taucher; gib dem Bild das Blau vom Meer; verwandle mein Zimmer in ein
            Aquarium; schöner wär's im Wasser bei den Fischen; wie in einem Film, der im Meer spielt; der ganze Raum
            voll mit blaugrünem Wasser; könnte man das unter die Wasseroberfläche verlegen?; alles blau und grün, als
            läge es tief im Meer; so eine Stimmung wie tief im Ozean; als würde ich gerade tauchen; das Meer soll über
            mir zusammenschlagen
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
            elektrisches Blau und grelles Pink; ich hätte gern Licht wie in Blade Runner; kannst du alles in Pink und
            Türkis beleuchten?; so dass die Schatten blau und die Lichter pink sind; als ob vor meinem Fenster eine
            Neonstadt leuchtet; lass es aussehen wie Tokio im Jahr 2099; zeig mir mein Zimmer in der Zukunft; die Haut
            soll magenta schimmern; tauch alles in lila Licht; wie in Cyberpunk 2077; wie in Ghost in the Shell; wie im
            Club mit pinkem und blauem Licht; wie in einem Science-Fiction-Großstadtfilm bei Nacht; das Licht soll pink
            und cyan sein; meine Bude als Hackerhöhle; ersetze das normale Licht durch pinke und blaue Strahler; wie auf
            dem Streamer-Setup mit LED-Streifen; Gaming-Zimmer in Lila und Blau; violettes Licht von links, türkises von
            rechts; futuristische Stadtstimmung; eine Welt voller Roboter und pinker Lichter; Zukunftsvision in Magenta;
            wie in einer Bar auf einer Raumstation, pink und blau beleuchtet; Retrofuturismus in Lila; achtziger
            Synthwave mit lila Himmel; die Zukunft, wie man sie sich grell und lila vorstellt; lila Schatten und türkise
            Glanzlichter; färb das Licht pink und cyan; mach aus meinem Büro eine Zukunftsstadt; ich bin ein Hacker in
            einer Megacity; elektrisch leuchtende Farben, Magenta und Blau; Tokioter Nachtleben in Pink; Hongkong bei
            Nacht im Neonlicht; Neuromancer; Night City; wie bei Akira auf den Straßen von Neo-Tokio; Cyborg-Stimmung;
            dystopisch und lila; die Stadt der Zukunft bei Nacht, alles pink und blau; kaltes Türkis gegen heißes Pink;
            mach das mal so futuristisch mit pinkem Licht; als wohnte ich neben einer riesigen Leuchtreklame in Pink und
            Blau; alles soll nach Zukunft und Neonlicht aussehen; science fiction look in pink; grell pinkes und blaues
            Licht auf meinem Gesicht; High Tech, Low Life; cyberpunkig; in violettes und cyanfarbenes Licht getaucht;
            Deus Ex Stimmung; mach, dass alles pink und blau leuchtet; ich will, dass es aussieht wie in der Zukunft;
            wär cool, wenn das Licht pink und türkis wäre; gibt's das auch in Cyberpunk?; wie wenn nachts in Tokio die
            Reklamen leuchten; ich möchte bitte futuristisches Licht in Pink; tu so, als wäre es das Jahr 2080; gib dem
            Bild lila und türkise Farben; verwandle mein Zimmer in eine Stadt der Zukunft; stell dir vor, wir leben in
            einer Neonstadt; cooler wär's mit pinkem und blauem Neonlicht; wie in einem Film über die Zukunft, alles
            pink und lila; der ganze Raum in Magenta und Türkis; könnte man das futuristischer machen, mit lila Licht?;
            alles lila und blau, als wär ich in einem Zukunftsfilm; das Licht soll aus der Zukunft kommen, pink und
            cyan; so eine Stimmung wie in einer Großstadt im Jahr 2100
            """
        ),
        mild=phrases("ein Hauch von Cyberpunk; ein bisschen pinkes und blaues Licht"),
        places=phrases("in Night City; in Neo-Tokio; in einer Megacity der Zukunft; im Jahr 2077"),
    ),
)

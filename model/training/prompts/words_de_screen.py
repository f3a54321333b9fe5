"""German vocabulary of the edits that look like a screen, a game or a light sign; see ``words_de_light``."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="pixel",
        things=phrases(
            "ein Pixelspiel; ein 8-Bit-Spiel; ein altes Videospiel; ein Gameboy-Spiel; eine Pixelgrafik; Pixelkunst"
        ),
        looks=phrases("verpixelt; pixelig; klotzig; grob gepixelt; wie in Minecraft; wie ein 8-Bit-Spiel"),
        acts=phrases(
            """
            alles verpixeln; ein Videospiel daraus machen; das Bild in große Pixel zerlegen; die Auflösung
            verringern; Pixelkunst daraus machen; Klötze daraus machen
            """
        ),
        details=phrases("großen Pixeln; dicken Klötzen; 8-Bit-Grafik; grober Auflösung; Grafik wie auf dem Gameboy"),
        sayings=phrases(
            """
            Pixel; pixelig; verpixelt; verpixeln; Pixelkunst; Pixelgrafik; Pixelbild; Pixelspiel; Verpixelung; große
            Pixel; 8 Bit; 8-Bit; 16 Bit; 8-Bit-Spiel; altes Videospiel; Videospiel; Computerspiel von früher;
            Retrospiel; Nintendo; Gameboy; Super Mario; Minecraft; Tetris; C64; Commodore; Amiga; Atari; Klötzchen;
            Klötzchengrafik; klotzig; blockig; Blockgrafik; niedrige Auflösung; geringe Auflösung; mach es pixelig;
            verpixel mich; Spielautomat; Arcade-Spiel; Pixle; Spielfigur; grobe Auflösung; Legoklötze aus Pixeln; ich
            hätte gern alles aus großen Pixeln; kannst du mich zur Figur in einem alten Videospiel machen?; so dass man
            die einzelnen Pixel sieht; als ob ich in einem Gameboy-Spiel stecke; lass es aussehen wie auf dem C64; zeig
            mir mein Zimmer als Pixelspiel; mein Gesicht soll aus Klötzchen bestehen; wie bei Super Mario in den
            Achtzigern; wie in Minecraft, alles aus Würfeln; zerleg das Bild in Quadrate wie in einem Retrospiel; Grafik
            wie auf dem Super Nintendo; Pac-Man; Zelda auf dem Gameboy; Tamagotchi; wie ein Spielautomat in der
            Spielhalle; grobe Pixelklötze statt feiner Details; mach mal 8-Bit draus; wie ein Bild mit 32 mal 32 Pixeln;
            pixelfigur; so gepixelt wie bei zu niedriger Auflösung; mach, dass alles aus Klötzchen ist; ich will, dass
            es aussieht wie ein altes Videospiel; gibt's das auch in Pixeln?; tu so, als wäre das ein Computerspiel von
            1985; könnte man das grob verpixeln?
            """
        ),
        mild=phrases("leicht verpixelt; nur ein bisschen pixelig"),
        places=phrases("in Minecraft; bei Super Mario; in einem alten Videospiel; auf dem Gameboy"),
    ),
    EditWords(
        name="neon",
        things=phrases(
            "eine Leuchtreklame; ein Neonschild; eine Neonzeichnung; eine Zeichnung aus Leuchtröhren; ein Neonumriss"
        ),
        looks=phrases("in Neonlinien gezeichnet; leuchtend an den Kanten; wie eine Leuchtreklame; aus Leuchtröhren"),
        acts=phrases(
            """
            alle Kanten leuchten lassen; die Umrisse in Neon nachzeichnen; nur leuchtende Linien zeigen; mich als
            Neonschild zeichnen; alles schwarz machen bis auf leuchtende Kanten
            """
        ),
        details=phrases(
            "leuchtenden Kanten; Neonlinien auf Schwarz; glühenden Umrissen; Neonröhren; leuchtenden Konturen"
        ),
        sayings=phrases(
            """
            Neon; Neonlinien; Neonumrisse; Neonkonturen; Neonkanten; Neonröhren; Neonschild; Neonreklame; Leuchtreklame;
            Leuchtlinien; Leuchtkanten; Leuchtröhren; leuchtende Kanten; leuchtende Linien; leuchtende Umrisse;
            leuchtende Konturen; Umrisse leuchten; Kanten leuchten; glühende Kanten; glühende Umrisse; Kantenleuchten;
            Lichtlinien; Lichtröhren; Laserlinien; Tron; Schwarzlicht; Knicklicht; LED-Umriss; Konturen aus Licht; nur
            Umrisse, leuchtend; schwarz mit leuchtenden Linien; Noen; Las Vegas Schild; Kneipenschild aus Neon;
            strahlende Linien auf schwarzem Grund; ich hätte gern alle Kanten als leuchtende Linien; kannst du meine
            Umrisse in Neon nachziehen?; so dass nur die Konturen im Dunkeln leuchten; als ob ich aus Leuchtröhren
            gebogen wäre; lass es aussehen wie ein Schild vor der Kneipe; zeig mir nur glühende Linien auf Schwarz; mein
            Umriss soll leuchten wie bei Tron; alles schwarz, bloß die Ränder leuchten bunt; wie ein Neonschild in der
            Nacht; wie mit Knicklichtern gezeichnet; wie mit einem Lichtstift in die Luft gemalt; die Konturen sollen
            strahlen; zieh alle Linien in Neonfarben nach; Möbel und Gesicht als leuchtende Striche; Leuchtstriche auf
            schwarzem Hintergrund; Drahtfigur aus Licht; Lichterkette entlang der Kanten; mach mal leuchtende Umrisse;
            ich als Leuchtreklame; neonröhren zeichnung; Umrisszeichnung aus Licht; mach, dass alle Kanten leuchten; ich
            will, dass nur leuchtende Linien zu sehen sind; gibt's das auch als Neonschild?; tu so, als wäre ich aus
            Neonröhren; könnte man die Umrisse leuchten lassen?
            """
        ),
        mild=phrases("ein schwaches Neonleuchten; leicht leuchtende Kanten"),
        places=phrases("in der Welt von Tron; auf einem Neonschild; in Las Vegas an der Leuchtwand"),
    ),
    EditWords(
        name="crt",
        things=phrases(
            "ein Röhrenfernseher; ein alter Fernseher; eine VHS-Kassette; ein Röhrenmonitor; ein altes Fernsehbild"
        ),
        looks=phrases("wie ein alter Fernseher; voller Bildzeilen; wie auf VHS; zeilig; wie auf einer Videokassette"),
        acts=phrases(
            """
            Bildzeilen hinzufügen; das Bild auf einem alten Fernseher zeigen; auf VHS aufnehmen; auf einem Röhrenmonitor
            abspielen; Zeilen über das Bild legen
            """
        ),
        details=phrases(
            "Bildzeilen; waagerechten Zeilen; Fernsehzeilen; Streifen wie auf VHS; Zeilen eines Röhrenmonitors"
        ),
        sayings=phrases(
            """
            Röhrenfernseher; Fernseher; alter Fernseher; Fernsehbild; Röhre; Röhrenmonitor; Bildröhre; Bildzeilen;
            Zeilen; Fernsehzeilen; Scanlines; VHS; VHS-Kassette; Videokassette; Videorekorder; Videoband; Camcorder;
            achtziger Jahre Fernsehen; 80er Fernsehen; Fernsehen der Achtziger; Testbild; ARD von 1985; MTV der
            Achtziger; Omas Fernseher; alter Monitor; alter Computermonitor; Überwachungsmonitor; Überwachungskamera mit
            Zeilen; CRT; Analogfernsehen; Zeilensprung; waagerechte Linien; Streifen im Bild; Linien über dem Bild;
            Flimmerkiste; Röhrnfernseher; wie früher im Fernsehen; ich hätte gern ein Bild wie auf Omas Röhrenfernseher;
            kannst du Bildzeilen drüberlegen?; so dass es wie eine alte VHS-Aufnahme aussieht; als ob ich in den
            Achtzigern im Fernsehen wäre; lass es aussehen wie ein Video vom Camcorder; zeig mir das auf einem alten
            Röhrenmonitor; über das Bild sollen waagerechte Streifen laufen; wie bei der Tagesschau von 1983; wie auf
            einer abgenudelten Videokassette; wie auf einem Überwachungsmonitor mit Zeilen; Formel Eins im Fernsehen;
            Wetten, dass..? von 1987; flimmernde Zeilen wie bei der Röhre; Schwarzwaldklinik im Röhrenfernseher;
            Fernsehtechnik von gestern; auf VHS überspielt; mach mal Scanlines; gewölbter Bildschirm mit Zeilen;
            Röhrenbild mit Streifen; alte glotze; ein Musikvideo auf VHS; mach, dass Zeilen übers Bild laufen; ich will,
            dass es aussieht wie auf einem alten Fernseher; gibt's das auch als VHS?; tu so, als liefe das im Fernsehen
            von 1986; könnte man das wie eine Videokassette aussehen lassen?
            """
        ),
        mild=phrases("schwache Bildzeilen; leichte Fernsehzeilen"),
        places=phrases("im Fernsehen von 1985; auf Omas Fernseher; in der Videothek von 1990"),
    ),
)

"""German vocabulary of the edits that look like another camera, film stock, screen or game; see ``words_de_light``."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="noir",
        things=phrases(
            """
            ein Schwarz-Weiß-Film; ein Film noir; ein alter Krimi; ein Schwarzweißfoto; ein Stummfilm; ein Gangsterfilm
            aus den Dreißigern; ein Graustufenbild
            """
        ),
        looks=phrases(
            "schwarzweiß; schwarz-weiß; farblos; monochrom; grau; kontrastreich und ohne Farbe; dramatisch grau"
        ),
        acts=phrases(
            """
            alle Farben entfernen; das Bild schwarzweiß machen; alles entsättigen; die Farben herausnehmen; in
            Graustufen umwandeln; die Sättigung auf null setzen; einen Film noir daraus machen
            """
        ),
        details=phrases(
            "hartem Schwarz und Weiß; tiefen schwarzen Schatten; nur Grautönen; starkem Kontrast ohne Farbe"
        ),
        sayings=phrases(
            """
            schwarzweiß; schwarz-weiß; schwarz weiß; schwarzweiss; Schwarz-Weiß-Film; Schwarzweißfilm; Schwarzweißfoto;
            s/w; sw; S/W-Bild; Graustufen; grau; monochrom; einfarbig grau; farblos; ohne Farbe; keine Farben;
            entsättigt; entsättigen; Film noir; noir; Stummfilm; Charlie Chaplin; alter Krimi; Detektivfilm; Humphrey
            Bogart; Casablanca; Edgar Wallace; Gangsterfilm; mach es schwarzweiß; mach alles grau; entferne die Farben;
            Farbe weg; Sättigung null; dramatische Schatten, schwarzweiß; Hell-Dunkel-Kontrast; alter Kinofilm ohne
            Farbe; schwarzwieß; wie ein Foto ohne Farben; nur noch Grautöne; düsterer Krimi
            """
        ),
        mild=phrases("etwas weniger Farbe; ein bisschen entsättigt; leicht ins Graue"),
        places=phrases("in Chicago um 1940; im Büro eines Detektivs; in Casablanca; in einem alten Krimi"),
    ),
    EditWords(
        name="sepia",
        things=phrases(
            """
            ein Sepiafoto; eine alte braune Fotografie; ein Westernfoto; ein Foto aus dem neunzehnten Jahrhundert; ein
            vergilbtes Foto; eine antike Fotografie
            """
        ),
        looks=phrases("sepiafarben; bräunlich; braun getönt; vergilbt; braun und antik; sepiabraun"),
        acts=phrases(
            """
            einen Sepiaton anwenden; alles braun tönen; die Farben in Brauntöne verwandeln; das Bild wie ein altes Foto
            vergilben lassen; in Sepia umwandeln
            """
        ),
        details=phrases(
            "Sepiaton; warmen Brauntönen; braunem Farbton; der Tönung alter Fotografien; vergilbtem Papier"
        ),
        sayings=phrases(
            """
            Sepia; Sepiaton; Sepiafilter; Sepiafoto; sepiafarben; braun; bräunlich; Braunton; Brauntöne; vergilbt;
            antik; antikes Foto; uraltes Foto; altes braunes Foto; Wilder Westen; Western; Westernfoto; Cowboy;
            Cowboyfoto; Kaiserzeit; Foto von 1900; Urgroßmutter; Familienfoto um 1910; historische Aufnahme in Braun;
            altmodisch braun; Daguerreotypie; Goldrausch; Saloon; mach es braun; mach Sepia; alte Fotografie; wie zu
            Kaisers Zeiten; Sepai; kaffeebraun getönt; braun wie alter Tee
            """
        ),
        mild=phrases("ein leichter Braunton; ein Hauch von Sepia"),
        places=phrases("im Wilden Westen; im Saloon; im neunzehnten Jahrhundert; zur Kaiserzeit"),
    ),
    EditWords(
        name="vintage",
        things=phrases(
            """
            ein altes Farbfoto; ein Polaroid; ein Super-8-Film; ein Urlaubsdia aus den Siebzigern; ein verblichenes
            Farbfoto; ein Retrofoto; ein Foto von einer Einwegkamera
            """
        ),
        looks=phrases("verblasst; ausgeblichen; retro; nostalgisch; wie in den Siebzigern; ausgewaschen; analog"),
        acts=phrases(
            """
            die Farben ausbleichen; die Farben verblassen lassen; das Video wie einen Super-8-Film aussehen lassen;
            einen Retrofilter anwenden; einen analogen Filmlook geben
            """
        ),
        details=phrases("verblassten Farben; ausgeblichenen Farben; den Farben alter Filme; nostalgischem Farbstich"),
        sayings=phrases(
            """
            Vintage; Retro; retro; nostalgisch; Nostalgie; siebziger Jahre; 70er; 70er Jahre; Siebziger; sechziger
            Jahre; Polaroid; Sofortbild; Sofortbildkamera; Super 8; Super-8-Film; Schmalfilm; Kodak; Dia; Diaabend;
            Urlaubsdias; Farbfilm; alter Farbfilm; analoger Film; analog; analoges Foto; verblasst; verblichen;
            ausgebleicht; blasse Farben; matte Farben; altes Farbfoto; Kindheitsfoto; Familienalbum in Farbe;
            Hippiezeit; Woodstock; Lomo; Einwegkamera; Retrolook; Retrofilter; mach es retro; Vinatge; wie früher im
            Urlaub; wie aus Mamas Fotokiste; Flohmarktfoto in blassen Farben; DDR-Urlaubsfoto
            """
        ),
        mild=phrases("leicht verblasst; ein Hauch Retro; ein bisschen ausgeblichen"),
        places=phrases("in den siebziger Jahren; in Woodstock; im Urlaub 1974"),
    ),
    EditWords(
        name="night_vision",
        things=phrases(
            "ein Nachtsichtgerät; ein grünes Nachtsichtbild; eine Nachtkamera; eine Militärkamera bei Nacht"
        ),
        looks=phrases("grün wie ein Nachtsichtgerät; nachtsichtgrün; grün und körnig; militärisch grün"),
        acts=phrases(
            """
            das Nachtsichtgerät einschalten; durch eine Nachtsichtbrille schauen; alles grün wie bei Nachtsicht zeigen;
            im Dunkeln sehen; den Nachtsichtmodus benutzen
            """
        ),
        details=phrases("grünem Nachtsichtbild; grünem Leuchten; verstärktem Restlicht; grüner Nachtsicht"),
        sayings=phrases(
            """
            Nachtsicht; Nachtsichtgerät; Nachtsichtbrille; Nachtsichtkamera; Nachtsichtmodus; Nachtmodus grün; grüne
            Nachtsicht; Restlicht; Restlichtkamera; Restlichtverstärkung; im Dunkeln sehen; Militär; Soldat; Kommando;
            Spezialeinheit bei Nacht; Bundeswehr Nachteinsatz; SEK-Einsatz im Dunkeln; Scharfschütze bei Nacht; grüne
            Militärkamera; Geisterjäger; Wildkamera; Jäger bei Nacht; alles grün im Dunkeln; grünes körniges Bild; grün
            leuchtende Augen; taktisch grün; Nachtischtgerät; Überwachung bei Nacht, grün; Spion im Dunkeln
            """
        ),
        mild=phrases("ein Hauch Nachtsichtgrün; leicht grün wie ein Nachtsichtgerät"),
        places=phrases("bei einem Nachteinsatz; im Spukhaus mit Nachtkamera; auf einem dunklen Schlachtfeld"),
    ),
    EditWords(
        name="thermal",
        things=phrases(
            """
            eine Wärmebildkamera; ein Wärmebild; eine Heatmap; ein Thermogramm; ein Infrarotbild; der Blick des
            Predators
            """
        ),
        looks=phrases("wie ein Wärmebild; nach Temperatur gefärbt; in Falschfarben; heiß und kalt eingefärbt"),
        acts=phrases(
            """
            die Wärme sichtbar machen; die Wärmebildkamera einschalten; alles nach Temperatur färben; die Körperwärme
            zeigen; Wärme als Farben darstellen
            """
        ),
        details=phrases("Temperaturfarben; Falschfarben; Wärmebildfarben; gelben heißen und blauen kalten Stellen"),
        sayings=phrases(
            """
            Wärmebild; Wärmebildkamera; Wärmekamera; Thermokamera; Thermografie; Thermal; thermisch; Infrarot;
            Infrarotkamera; Infrarotbild; Hitzebild; Hitzekamera; Heatmap; Temperatur; Temperaturbild; Körperwärme;
            Wärmestrahlung; Predator; Feuerwehrkamera; Polizeihubschrauber mit Wärmebild; Falschfarben; heiß und kalt;
            wo ist es warm?; warm rot und kalt blau; Fieberkamera; Wärmeverlust am Haus; Wärmescan; Hitzesicht;
            Wärmesicht; Wärmbild; zeig die Hitze; zeig mir die Wärme; Regenbogenfarben nach Temperatur
            """
        ),
        mild=phrases("ein Hauch von Wärmebild; leicht in Falschfarben"),
        places=phrases("im Polizeihubschrauber mit Wärmekamera; in den Augen des Predators"),
    ),
    EditWords(
        name="xray",
        things=phrases("ein Röntgenbild; ein Negativ; ein Fotonegativ; eine Röntgenaufnahme; ein umgekehrtes Bild"),
        looks=phrases("invertiert; negativ; wie geröntgt; umgekehrt in den Farben; farbverkehrt"),
        acts=phrases(
            """
            die Farben umkehren; alle Farben invertieren; mich röntgen; das Negativ zeigen; Hell und Dunkel vertauschen;
            ein Röntgenbild machen
            """
        ),
        details=phrases("umgekehrten Farben; vertauschtem Hell und Dunkel; Röntgenstrahlen; Negativfarben"),
        sayings=phrases(
            """
            Röntgen; Röntgenbild; Röntgenblick; Röntgenaufnahme; Röntgenstrahlen; röntgen; roentgenbild; Negativ;
            Fotonegativ; Negativfilm; invertiert; invertieren; Farben invertieren; Farben umkehren; umgekehrte Farben;
            Farbumkehr; Gegenfarben; Komplementärfarben; Hell und Dunkel vertauscht; Durchleuchtung; Kofferscanner;
            Gepäckscanner am Flughafen; beim Radiologen; Krankenhausbild; Knochenbild; Skelett; MRT; Scan beim Zahnarzt;
            mach ein Negativ; dreh die Farben um; Röngten; schwarz wird weiß; alles verkehrt herum gefärbt
            """
        ),
        graded=False,
        places=phrases("beim Radiologen; in der Röntgenabteilung; am Gepäckscanner"),
    ),
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
            verpixel mich; Spielautomat; Arcade-Spiel; Pixle; Spielfigur; grobe Auflösung; Legoklötze aus Pixeln
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
            strahlende Linien auf schwarzem Grund
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
            Flimmerkiste; Röhrnfernseher; wie früher im Fernsehen
            """
        ),
        mild=phrases("schwache Bildzeilen; leichte Fernsehzeilen"),
        places=phrases("im Fernsehen von 1985; auf Omas Fernseher; in der Videothek von 1990"),
    ),
)

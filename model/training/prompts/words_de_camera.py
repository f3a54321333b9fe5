"""German vocabulary of the edits that look like another camera or film stock; see ``words_de_light``."""

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
            Farbe; schwarzwieß; wie ein Foto ohne Farben; nur noch Grautöne; düsterer Krimi; ich hätte gern alles in
            Schwarz und Weiß; kannst du die Farbe aus dem ganzen Bild nehmen?; so dass es aussieht wie ein alter
            Kriminalfilm; als ob die Farbe noch nicht erfunden wäre; lass es aussehen wie im Kino der vierziger Jahre;
            zeig mir das Ganze ohne jede Farbe; entzieh dem Bild alle Farben; lass nur Schwarz, Weiß und Grau übrig; die
            Farben sollen verschwinden, alles schwarzweiß; wie bei Hitchcock in Schwarzweiß; wie in Der dritte Mann; wie
            in Metropolis; wie bei Philip Marlowe im Büro; ein Privatdetektiv im Schatten der Jalousie; Femme fatale mit
            Zigarette, schwarzweiß; tausch die Farben gegen Grautöne; dreh die Farbe ab; mach mal schwarzweiß; wie ein
            Kinofilm von 1935 in Schwarzweiß; ein Schwarzweißportrait bitte; die Schatten tiefschwarz, das Licht weiß;
            harte Schatten und keine Farbe; das Bild soll farblos und dramatisch sein; ein Gangster im Nadelstreifen,
            ohne Farbe gefilmt; Krimistimmung in Schwarzweiß; Stummfilmzeit; wie bei Dick und Doof; Buster Keaton; alles
            grau in grau; in Schwarz-Weiß bitte; ohne Farbe wie bei einem alten Wochenschaufilm; nimm die Farben raus,
            auch bei mir; farbenblind, nur noch hell und dunkel; keine bunten Farben mehr im ganzen Bild;
            Schwarzweißaufnahme mit hartem Licht; mein Video als Film noir; ein Krimi aus den Vierzigern; wie ein
            Pressefoto in Schwarzweiß; kunstvolle Schwarzweißfotografie; Ansel Adams; Leica-Foto in schwarzweiß; schwarz
            und weiß, wie früher im Kino; verzicht auf alle Farben; die Welt soll schwarzweiß sein; dreh die Sättigung
            auf null; düstere Schatten wie in einem Detektivfilm; der Kommissar im Regenmantel, alles schwarzweiß;
            schwarz-weis bitte; monochromes Bild mit hartem Kontrast; Grauwerte statt Farben; mach, dass keine Farbe
            mehr da ist; ich will, dass alles schwarzweiß ist; wär schön, wenn das Bild keine Farben hätte; gibt's das
            auch in Schwarzweiß?; wie wenn man einen alten Krimi schaut; ich möchte bitte ein Bild ohne Farben; tu so,
            als wäre das ein Film von 1940; gib dem Bild harte Schatten und nimm die Farbe weg; verwandle das Video in
            einen Schwarzweißfilm; stell dir vor, ich bin Detektiv in einem alten Krimi; schöner wär's in Schwarz und
            Weiß; wie in einem Gangsterfilm ohne Farbe; das ganze Bild grau, schwarz und weiß; könnte man die Farben
            weglassen?; alles grau, als gäbe es keine Farben; die Farbe soll raus aus dem Video; so eine düstere
            Stimmung wie im alten Schwarzweißkrimi; Farbe raus, Schatten dunkel, Licht hart
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
            Kaisers Zeiten; Sepai; kaffeebraun getönt; braun wie alter Tee; ich hätte gern ein braunes Foto wie von
            1900; kannst du alles in Brauntöne tauchen?; so dass es aussieht wie auf Omas vergilbtem Hochzeitsfoto; als
            ob das Bild hundert Jahre auf dem Dachboden gelegen hätte; lass es aussehen wie ein Steckbrief im Wilden
            Westen; zeig mir mich als Cowboy auf einem alten braunen Foto; die Farben sollen alle braun werden; ersetze
            alle Farben durch Brauntöne; tausch die Farben gegen Sepia; braunes Papier, braune Schatten; wie ein altes
            Familienportrait in Braun; wie zu Urgroßvaters Zeiten; wie ein Foto aus der Gründerzeit; Fotografie aus der
            k.u.k. Monarchie; der Kaiser auf einer alten braunen Fotografie; vergilbte Aufnahme aus dem Familienalbum;
            als wäre Kaffee über das Foto gelaufen; Billy the Kid; Sheriff mit Stern auf brauner Fotografie; Buffalo
            Bill; lass nur Braun und Creme übrig; die Haut braun getönt, der Hintergrund auch, wie altes Fotopapier;
            färb alles in warmem Braun ein; braunstichig; Braunstich wie bei uralten Fotos; altes Pergament, braun; mach
            mal so ein altes braunes Bild draus; historisches Foto mit Braunton; ein Soldatenfoto aus dem Ersten
            Weltkrieg; Sepiatönung; in Sepia getaucht; sepiafarbenes Bild bitte; alles karamellbraun; schokobraun
            getöntes Foto; tabakbraun wie eine uralte Aufnahme; wie im Saloon fotografiert; nostalgisch braun und
            einfarbig; ein Daguerreotyp meiner Ahnen; gilb das Foto bitte ein; Ahnenfoto; Museumsfoto aus dem Jahr 1880;
            braune Postkarte von anno dazumal; bräunlich wie ein uralter Abzug; wie Tee auf Papier, alles bräunlich;
            uralte fotografie in braun; sepja ton; Dampflokzeit in Braun; mach, dass alles braun wird wie ein altes
            Foto; ich will, dass es aussieht wie vor hundert Jahren fotografiert; wär schön, wenn das Bild vergilbt
            wäre; gibt's das auch in Sepia?; wie wenn man ein vergilbtes Foto findet; ich möchte bitte ein antikes
            braunes Foto; tu so, als wäre es das Jahr 1890; gib dem Bild den Braunton alter Fotos; verwandle das Video
            in eine uralte braune Fotografie; stell dir vor, wir sind im Wilden Westen; schöner wär's in Braun wie auf
            alten Fotos; wie in einem alten Western, braun getönt; das ganze Bild in Braun; könnte man das vergilben
            lassen?; alles braun, als wäre das Foto uralt; die Farben sollen vergilben; so eine Stimmung wie auf Uromas
            Foto; Farben raus, Braun rein
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
            Urlaub; wie aus Mamas Fotokiste; Flohmarktfoto in blassen Farben; DDR-Urlaubsfoto; ich hätte gern den Look
            alter Urlaubsfotos in Farbe; kannst du die Farben ausbleichen wie bei einem alten Polaroid?; so dass es wie
            aus dem Familienalbum der Siebziger aussieht; als ob das Foto jahrelang in der Sonne gelegen hätte; lass es
            aussehen wie ein Schmalfilm von Opa; zeig mir mein Zimmer wie auf einem alten Farbdia; die Farben sollen
            matt und verblichen sein; das Schwarz soll milchig sein wie bei alten Abzügen; blasse Farben und ein warmer
            Farbstich; entzieh den Farben die Frische, wie bei alten Abzügen; wie bei Wes Anderson; wie auf einer
            Analogkamera geknipst; wie mit Papas alter Super-8-Kamera gefilmt; eine Kindheitserinnerung aus den
            Siebzigern; alte Farbfotos aus dem Schuhkarton; Schlaghosen und Prilblumen; wie im VW-Bus nach Italien 1972;
            ein Foto aus dem Quelle-Katalog; ausgewaschene Filmfarben; abgelaufener Film; analoger Farbfilm mit
            verblassten Farben; das soll so retro ausschauen wie früher; mach mal so einen Vintage-Filter drauf;
            nostalgische Farben von damals; Erinnerungsfoto in verblassten Farben; Discozeit; wie in einem Film von
            1975; ein verblasster Abzug; Einwegkamera von der Klassenfahrt; Orwocolor; Agfacolor; Agfa Farbfilm; Farben
            wie auf einer alten Ansichtskarte; so ein Hipster-Filter mit blassen Farben; alter Instagramfilter; die
            Farben sind mit der Zeit verblasst; vergangene Sommer auf Film; Filmkorn und fahle Farben; wie frisch aus
            der Sofortbildkamera geschüttelt; alte Urlaubserinnerung; retro farben wie in den 70ern; Familienfilm von
            1969 in Farbe; könntest du das nach Siebzigern aussehen lassen?; verwaschen wie ein altes Farbfoto; mach,
            dass die Farben verblassen; ich will, dass es aussieht wie in den Siebzigern gefilmt; wär schön, wenn die
            Farben ausgeblichen wären; gibt's das auch als Polaroid?; wie wenn man alte Urlaubsfotos anschaut; ich
            möchte bitte ein altes Farbfoto; tu so, als wäre es das Jahr 1973; gib dem Bild verblasste Farben wie auf
            altem Film; verwandle das Video in einen Super-8-Urlaubsfilm; stell dir vor, wir sind in den siebziger
            Jahren; schöner wär's mit blassen Retrofarben; wie in einem Familienfilm aus Papas Kindheit; das ganze Bild
            ausgeblichen wie ein altes Polaroid; könnte man das nach Retro aussehen lassen?; alles verblasst, als wäre
            das Foto fünfzig Jahre alt; die Farben sollen aussehen wie auf altem Farbfilm; so eine nostalgische Stimmung
            wie auf alten Dias
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
            leuchtende Augen; taktisch grün; Nachtischtgerät; Überwachung bei Nacht, grün; Spion im Dunkeln; ich hätte
            gern ein grünes Nachtsichtbild; kannst du das Nachtsichtgerät anmachen?; so dass ich im Dunkeln alles grün
            sehe; als ob ein Soldat mich nachts beobachtet; lass es aussehen wie durch eine Nachtsichtbrille; zeig mir
            das Zimmer durch ein Nachtsichtgerät; alles soll phosphorgrün leuchten; die Augen sollen im Dunkeln grün
            glühen; wie bei einer Kommandoaktion in der Nacht; wie bei Paranormal Activity mit der grünen Kamera; wie in
            Call of Duty auf Nachtmission; ersetze alle Farben durch Nachtsichtgrün; grün verstärktes Licht wie beim
            Militär; setz die Nachtsichtbrille auf; schalt den Restlichtverstärker ein; Nightshot; grünes Camcorderbild
            im Dunkeln; wie die Jägerkamera im Wald bei Nacht; wie ein Rehkitz vor der Wildkamera in Grün;
            Grenzpatrouille bei Nacht; Geisterjagd mit grüner Kamera; Geheimagent mit Nachtsichtbrille; das Bild soll
            grün und körnig sein wie bei der Armee; grün flimmerndes Nachtsichtbild; so ein grünes Bild wie in
            Kriegsfilmen bei Nacht; helles Grün auf dunklem Grün; nachts auf Streife mit Nachtsichtgerät; ein
            Panzerfahrer schaut durchs Nachtsichtgerät; Häuserkampf bei Nacht durch die Brille der Soldaten; Navy Seals
            im Einsatz; Kampfschwimmer bei Nacht; Hubschrauberpilot mit Nachtsichtbrille; das Bundesheer bei einer
            Nachtübung; wie beim Nachtschießen mit grünem Zielfernrohr; Zielfernrohr im Dunkeln, grün; was sieht eine
            Spezialeinheit im Dunkeln?; mach mal Nachtsicht an; Nachtsichtmodus ein; Bildverstärker in Grün; grüne
            Leuchtfarben wie am Nachtsichtmonitor; nachtsicht bitte; durchs Nachtsichtfernglas; kannst du mich grün
            zeigen wie in einer Militäraufnahme bei Nacht?; Nachtsichtaufnahme; Grünstich wie im Nachtsichtgerät; alles
            grün wie bei den Marines; nachtsichgerät; mach, dass man im Dunkeln alles grün sieht; ich will, dass es
            aussieht wie durch ein Nachtsichtgerät; wär cool, wenn ich im Dunkeln sehen könnte; gibt's das auch mit
            Nachtsicht?; wie wenn ein Soldat durch seine Nachtsichtbrille schaut; ich möchte bitte ein grünes Bild wie
            beim Militär; tu so, als wäre das ein Nachteinsatz; gib dem Bild das Grün einer Nachtsichtkamera; verwandle
            meine Webcam in ein Nachtsichtgerät; stell dir vor, ich bin Soldat im Dunkeln mit Nachtsichtbrille; cooler
            wär's mit grüner Nachtsicht; wie in einem Kriegsfilm bei Nacht, grün und körnig; das ganze Bild grün wie im
            Nachtsichtgerät; könnte man die Nachtsicht einschalten?; alles grün, als hätte ich ein Nachtsichtgerät auf;
            die Kamera soll im Dunkeln grün sehen; so ein grünes Flimmern wie bei Nachtaufnahmen vom Militär
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
            Wärmesicht; Wärmbild; zeig die Hitze; zeig mir die Wärme; Regenbogenfarben nach Temperatur; ich hätte gern
            ein Bild wie von einer Wärmebildkamera; kannst du mir zeigen, wo es heiß ist?; so dass warme Stellen gelb
            und kalte blau leuchten; als ob der Predator mich anschaut; zeig mir die Körperwärme im Bild; mein Gesicht
            soll rot und gelb glühen, die Wand blau sein; ersetze die Farben durch Temperaturfarben; färb Warmes gelb
            und Kaltes lila; wie aus dem Polizeihubschrauber auf Verbrecherjagd; wie bei der Feuerwehr im verrauchten
            Haus; Fiebermessung am Flughafen; welche Stellen sind warm, welche kalt?; so wie Schlangen Wärme sehen;
            Wärmesignatur; Wärmesignaturen anzeigen; Hitzesignatur; Falschfarbenbild nach Temperatur; Thermobild;
            Thermografieaufnahme; Thermalkamera; Wärmesensor; die Temperatur soll man als Farbe sehen; heiß ist weiß,
            kalt ist violett; Wärmedämmung prüfen; Drohne mit Wärmebildkamera auf Rehkitzsuche; Lila, Orange und Gelb
            wie beim Wärmebild; mach mal die Wärmekamera an; schalt auf Infrarot; stell auf Thermalsicht; warme Körper
            leuchten auf; das Bild nach Hitze einfärben; Temperaturkarte; Temperaturskala in Farbe; eine Karte der
            Körpertemperatur; wie ein Scan vom Fieberthermometer; FLIR; hitzesuchende Rakete; wie der Zielsucher einer
            Rakete, der Hitze sieht; wo entweicht die Wärme?; Infrarotaufnahme vom Haus; bunte Hitzefarben statt echter
            Farben; man soll sehen, wer Fieber hat; die heißen Stellen sollen gelb leuchten; wärmebild von mir bitte;
            Raubtier mit Wärmesicht; meine Haut in Hitzefarben; Wärmebildkmaera; mach, dass man die Wärme sieht; ich
            will, dass warme Dinge gelb und rot sind; wär cool, wenn man die Hitze sehen könnte; gibt's das auch als
            Wärmebild?; wie wenn die Feuerwehr durch ihre Wärmekamera schaut; ich möchte bitte sehen, was warm und was
            kalt ist; tu so, als wäre das eine Infrarotkamera; gib dem Bild Farben nach der Temperatur; verwandle meine
            Webcam in eine Wärmebildkamera; stell dir vor, du siehst nur Wärme; cooler wär's mit Hitzefarben; wie in
            einem Film, wo das Monster nur Wärme sieht; das ganze Bild nach Wärme gefärbt; könnte man die Körperwärme
            anzeigen?; heiße Stellen rot, kalte Stellen blau; als würde man mit Infrarot schauen; die Kamera soll Wärme
            statt Licht zeigen; so bunt nach Temperatur wie auf einer Wärmekamera
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
            mach ein Negativ; dreh die Farben um; Röngten; schwarz wird weiß; alles verkehrt herum gefärbt; ich hätte
            gern ein Bild mit umgekehrten Farben; kannst du alle Farben ins Gegenteil verkehren?; so dass Helles dunkel
            und Dunkles hell wird; als ob ich beim Röntgen wäre; lass es aussehen wie ein entwickelter Negativfilm; zeig
            mir mein Negativ; Weiß soll schwarz werden und Schwarz weiß; ersetze jede Farbe durch ihr Gegenteil; tausch
            Hell gegen Dunkel; tausche Schwarz und Weiß; verkehr die Farben; kehr alles um, hell wird dunkel; wie in der
            Dunkelkammer auf dem Negativstreifen; wie ein Filmstreifen gegen das Licht gehalten; wie beim Zahnarzt auf
            dem Röntgenbild; wie am Flughafen im Gepäckscanner; durchleuchte mich; man soll meine Knochen sehen wie beim
            Arzt; Superman mit Röntgenblick; schau durch mich hindurch mit Röntgenstrahlen; Röntgenfilm am Leuchtkasten;
            Röntgengerät; Lungenaufnahme; CT; Computertomografie; die Lunge auf dem Röntgenschirm; das Gesicht dunkel,
            die Schatten leuchtend hell; negativ statt positiv; Bild ins Negative drehen; Inversion; Farbinversion;
            Negativbild; Negativeffekt; Fotofilm vor dem Abzug; so verkehrt wie ein Negativ; das Gegenteil von jeder
            Farbe; Blau wird Orange, Weiß wird Schwarz; alle Helligkeiten umdrehen; leuchtend helle Schatten, schwarzes
            Licht; umgedrehte Farben bitte; farben negativ; wie ein Skelett auf dem Bildschirm vom Orthopäden;
            Krankenhaus, Abteilung Radiologie; hell ist dunkel, dunkel ist hell; invetiert; Solarisation wie im Negativ;
            mach mal das Negativ davon; mach, dass Hell und Dunkel vertauscht sind; ich will, dass alle Farben umgekehrt
            sind; wär cool, wenn man mich wie im Röntgenbild sähe; gibt's das auch als Negativ?; wie wenn man ein
            Negativ gegen das Licht hält; ich möchte bitte ein Röntgenbild von mir; tu so, als wäre das ein
            Röntgengerät; gib dem Bild umgekehrte Farben; verwandle das Video in ein Negativ; stell dir vor, das ist ein
            Filmnegativ; cooler wär's mit vertauschten Farben; wie in einem Krankenhaus auf dem Röntgenbild; könnte man
            die Farben umdrehen?; Helles dunkel, Dunkles hell; als hätte man die Farben umgekehrt; die Kamera soll mich
            röntgen; Schwarz wird zu Weiß und Weiß zu Schwarz; so umgekehrt wie auf einem Negativ
            """
        ),
        graded=False,
        places=phrases("beim Radiologen; in der Röntgenabteilung; am Gepäckscanner"),
    ),
)

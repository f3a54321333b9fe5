"""German vocabulary of the edits that treat a person and what is behind apart; see ``words_de_light``."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="bg_blur",
        things=phrases("ein Porträt mit unscharfem Hintergrund; ein Bokeh; ein Videoanruf mit unscharfem Raum"),
        looks=phrases(
            "unscharf hinter mir; hinten verschwommen; im Hintergrund weich; hinten unscharf und vorne scharf"
        ),
        acts=phrases(
            """
            den Hintergrund unscharf machen; den Hintergrund weichzeichnen; den Hintergrund verschwimmen lassen; das
            Zimmer hinter mir verwischen; nur mich scharf zeigen; die Schärfentiefe verringern
            """
        ),
        details=phrases(
            "unscharfem Hintergrund; verschwommenem Hintergrund; Bokeh; geringer Schärfentiefe; weichem Hintergrund"
        ),
        sayings=phrases(
            """
            unscharf; Hintergrund unscharf; unscharfer Hintergrund; Hintergrundunschärfe; Unschärfe; Hintergrund
            verschwommen; verschwommener Hintergrund; Hintergrund verwischen; Hintergrund weichzeichnen;
            weichgezeichneter Hintergrund; weicher Hintergrund; Weichzeichner hinten; Weichzeichner; Bokeh;
            Porträtmodus; Portraitmodus; Schärfentiefe; Tiefenschärfe; geringe Tiefenschärfe; offene Blende; Hintergrund
            blurren; Blur; verschwommen hinter mir; Zimmer unscharf; Wohnung unscharf; mach den Raum unscharf; Fokus auf
            mich; nur die Person scharf; versteck mein Chaos mit Unschärfe; meine Unordnung verschwimmen lassen;
            Hintergrund unscahrf; Teams-Hintergrund unscharf; Zoom Unschärfe; ich hätte gern den Raum hinter mir
            unscharf; kannst du den Hintergrund verschwimmen lassen?; so dass man mein Zimmer nicht erkennt, weil es
            unscharf ist; als ob ich mit einem teuren Objektiv gefilmt würde; lass nur mich scharf, den Rest unscharf;
            zeig mir ein Portrait mit weichem Hintergrund; das Regal hinter mir soll verschwimmen; meine Wäsche im
            Hintergrund soll keiner erkennen, mach unscharf; wie beim iPhone im Porträtmodus; wie bei Zoom mit
            weichgezeichnetem Hintergrund; wie bei Teams, wenn der Raum verschwimmt; wie mit Blende 1,4 fotografiert;
            Zimmer hinter mir verschwommen; der Fokus soll auf mir liegen, hinten alles weich; lass den Hintergrund in
            Unschärfe verschwinden; schöne Unschärfekreise hinter mir; Bokeh wie beim Profi; Freistellung durch
            Unschärfe; ich scharf, Wohnung verschwommen; vorne scharf, hinten unscharf; hinten soll alles weich sein;
            stell den Hintergrund unscharf; Hintergrund soll verschwimmen; verwisch mal das Zimmer; blur den
            Hintergrund; mach ein Bokeh hinter mir; unscharfe Küche hinter mir; mein Chaos im Hintergrund soll
            verschwimmen; die Leute hinter mir unscharf; Hintergrund wie durch Milchglas; Milchglas hinter mir; alles
            außer mir weichzeichnen; alles außer mir unscharf; nur mein Gesicht im Fokus; Objektiv mit geringer
            Schärfentiefe; Unschärfe im Hintergrund bitte; Videokonferenz mit verschwommenem Hintergrund; Privatsphäre,
            bitte den Raum weichzeichnen; hintergrund verschwommen machen; der Raum tritt in die Unschärfe zurück;
            Gaußscher Weichzeichner auf den Hintergrund; den Hintergrund defokussieren; unschrafer Hintergrund; mach,
            dass man den Hintergrund nicht scharf sieht; ich will, dass der Raum hinter mir verschwimmt; wär gut, wenn
            mein Zimmer unscharf wäre; gibt's das auch mit unscharfem Hintergrund?; ich möchte bitte einen
            verschwommenen Hintergrund; hinter mir soll alles unscharf sein; stell nur mich scharf; könnte man das
            Zimmer hinter mir unscharf machen?; der Hintergrund weich, ich scharf; als wäre der Hintergrund weit weg und
            unscharf
            """
        ),
        mild=phrases("Hintergrund leicht unscharf; der Hintergrund ein bisschen weicher"),
        places=phrases("in einem Porträtstudio mit offener Blende; in einer Videokonferenz mit unscharfem Raum"),
    ),
    EditWords(
        name="green_screen",
        things=phrases("ein Greenscreen; ein Green Screen; eine grüne Leinwand hinter mir; ein grüner Hintergrund"),
        looks=phrases("grün hinter mir; vor grüner Wand; einfarbig grün im Hintergrund; wie vor einem Greenscreen"),
        acts=phrases(
            """
            den Hintergrund grün machen; einen Greenscreen hinter mich setzen; den Hintergrund durch Grün ersetzen; mich
            vor eine grüne Wand stellen; den Raum durch eine grüne Leinwand ersetzen
            """
        ),
        details=phrases(
            "grünem Hintergrund; Greenscreen; grüner Leinwand hinter mir; Chroma-Key-Grün; einfarbigem Grün dahinter"
        ),
        sayings=phrases(
            """
            Greenscreen; Green Screen; Green-Screen; grüner Hintergrund; Hintergrund grün; grüne Wand; grüne Leinwand;
            Grün hinter mir; grün im Hintergrund; Chroma Key; Chromakey; zum Ausstanzen grün; Freistellen auf Grün;
            Keying; Studio mit grüner Wand; Wetterbericht mit Greenscreen; virtueller Greenscreen; gruener Hintergrund;
            mach den Hintergrund grün; mach einen Greenscreen; ersetze den Hintergrund durch Grün; knallgrüner
            Hintergrund; alles hinter mir grün; Person vor Grün; Greenscren; grüner Vorhang hinter mir; Tricktechnik mit
            grüner Wand; ich hätte gern einen Greenscreen hinter mir; kannst du den Hintergrund grün machen?; so dass
            ich mich später ausstanzen kann; als ob ich vor einer grünen Wand stünde; lass alles hinter mir grün werden;
            zeig mich vor einer grünen Leinwand; der Raum hinter mir soll einfarbig grün sein; ersetze mein Zimmer durch
            eine grüne Fläche; tausch den Hintergrund gegen Grün; färb den Hintergrund knallgrün; nur ich, dahinter
            reines Grün; wie bei den Filmtricks in Hollywood mit grüner Wand; wie der Wetterfrosch vor der grünen Wand;
            grüne Fläche hinter mir; hinter mir Grün zum Freistellen; Hintergrund in Chroma-Grün; Bluescreen, aber in
            Grün; ich will mich in OBS freistellen, mach Grün dahinter; zum Keyen bitte grün; Hintergrund giftgrün;
            Hintergrund neongrün einfarbig; hinter der Person alles grün; das Wohnzimmer weg, Grün hin; leg eine grüne
            Fläche hinter mich; grünes Tuch hinter mir; mach die Wand hinter mir grün; spann ein grünes Tuch auf;
            Kulisse in Grün zum Ersetzen; Chroma-Key-Hintergrund; Keyfarbe Grün; Stanzgrün; grüne Hohlkehle hinter mir;
            freigestellt auf Grün; Person behalten, Hintergrund grün; ich vor Grün; mich vor grünem Grund; greenscreen
            an; Greenscreen einschalten; grüner Studiohintergrund für Spezialeffekte; Hintergrund soll knallgrün sein;
            mein Hintergrund wird grün, ich bleibe normal; hinten alles grün, vorne ich; grün statt Wohnung;
            grienscreen; hintergund grün; mach, dass hinter mir alles grün ist; ich will, dass der Hintergrund grün ist;
            wär gut, wenn hinter mir eine grüne Wand wäre; gibt's das auch mit Greenscreen?; ich möchte bitte einen
            grünen Hintergrund; hinter mir soll alles grün sein; könnte man die Wand hinter mir grün machen?; der
            Hintergrund grün, ich normal; als säße ich vor einem Greenscreen
            """
        ),
        graded=False,
        places=phrases("vor einer grünen Wand; im Filmstudio vor Grün; im Wetterbericht vor dem Greenscreen"),
    ),
    EditWords(
        name="bg_mono",
        things=phrases(
            "ein Porträt in Farbe vor grauem Raum; ein Color-Splash; ein Bild, in dem nur die Person farbig ist"
        ),
        looks=phrases("farblos hinter mir; grau um mich herum; schwarzweiß bis auf die Person; farbig nur bei mir"),
        acts=phrases(
            """
            den Hintergrund schwarzweiß machen; nur mich in Farbe zeigen; den Hintergrund entsättigen; die Farbe hinter
            mir entfernen; alles außer mir grau machen; nur die Person farbig lassen
            """
        ),
        details=phrases(
            "schwarzweißem Hintergrund; Farbe nur auf mir; farblosem Raum hinter mir; farbiger Person vor grauem Raum"
        ),
        sayings=phrases(
            """
            Hintergrund schwarzweiß; schwarzweißer Hintergrund; Hintergrund entsättigt; Hintergrund ohne Farbe;
            farbloser Hintergrund; Hintergrund monochrom; Color Splash; Colorkey; selektive Farbe; nur ich farbig; nur
            ich bunt; nur die Person farbig; nur Menschen in Farbe; Person in Farbe, Rest grau; ich bunt, Zimmer grau;
            alles grau außer mir; alles schwarzweiß außer mir; Rest schwarzweiß; Zimmer schwarzweiß, ich in Farbe;
            Hintergrund in Graustufen; Farbe weg im Hintergrund; nimm dem Hintergrund die Farbe; Schindlers Liste, rotes
            Kleid; Pleasantville; Hintregrund schwarzweiß; der Raum verliert seine Farbe, ich nicht; Farbakzent auf mir;
            entsättige den Raum; ich hätte gern nur mich in Farbe; kannst du die Farbe hinter mir wegnehmen?; so dass
            nur ich bunt bin und der Rest grau; als ob alle Farbe aus dem Zimmer gewichen wäre, nur nicht aus mir; lass
            nur mich farbig, den Raum schwarzweiß; zeig mich in Farbe vor grauer Umgebung; der Raum soll grau sein, ich
            nicht; entzieh dem Hintergrund die Farbe; die Farbe soll nur auf der Person bleiben; Menschen bunt, Umgebung
            schwarzweiß; wie das Mädchen im roten Mantel, alles andere schwarzweiß; hinter mir schwarzweiß, vorne bunt;
            hinter mir keine Farben mehr; das Zimmer verliert die Farben, ich behalte sie; nimm die Farben aus dem
            Hintergrund; Wohnung grau, Person farbig; mein Pulli soll bunt bleiben, die Wand grau; alles um mich herum
            schwarzweiß; alles um mich herum ohne Farbe; alles farblos außer der Person; der Rest soll schwarzweiß sein;
            Umgebung entsättigen, Person lassen; nur der Mensch hat Farbe; ich leuchte bunt in einer grauen Welt; ich
            bleib bunt, die Welt wird grau; schwarzweißes Zimmer mit farbiger Person; im Bild hat nur eins Farbe,
            nämlich ich; Teilcolorierung; Farbtupfer in Schwarzweiß, und der bin ich; farbige Person auf
            Schwarzweißbild; Colour Splash; Colorkey-Effekt auf mich; Farbe bei mir, Schwarzweiß dahinter; der
            Hintergrund grau, mein Gesicht in Farbe; entsättige alles außer mir; lösch die Farbe im Raum, lass mich
            bunt; Hintergrund bitte in Graustufen, mich nicht; stell mich farbig frei vor Schwarzweiß; ich in Farbe,
            Rest sw; die Wand und die Möbel grau, die Haut natürlich; alles hinter mir verliert seine Farbe; zimmer
            schwarzweiß ich bunt; mach den Raum farblos, die Person nicht; Hintergrund farblos, Person bunt; mach, dass
            nur ich Farbe habe; ich will, dass der Hintergrund schwarzweiß ist und ich nicht; wär cool, wenn nur ich
            bunt wäre; gibt's das auch mit schwarzweißem Hintergrund?; ich möchte bitte einen Hintergrund ohne Farbe;
            hinter mir soll alles schwarzweiß sein; könnte man dem Raum hinter mir die Farbe nehmen?; der Hintergrund
            schwarzweiß, ich bunt; als hätte nur ich Farbe; der Hintergrund soll seine Farbe verlieren
            """
        ),
        mild=phrases("Hintergrund leicht entsättigt; hinter mir etwas weniger Farbe"),
        places=phrases("in einer grauen Welt, in der nur ich bunt bin; im Film Pleasantville"),
    ),
    EditWords(
        name="bg_studio",
        things=phrases("ein Fotostudio; ein Studioporträt; ein Passfoto; ein Bewerbungsfoto; ein Studiohintergrund"),
        looks=phrases(
            "wie im Fotostudio; neutral grau hinter mir; vor grauer Studiowand; professionell im Hintergrund"
        ),
        acts=phrases(
            """
            mich in ein Fotostudio setzen; den Hintergrund durch ein graues Studio ersetzen; einen neutralen Hintergrund
            einsetzen; mein Zimmer durch eine Studiowand ersetzen; mich vor eine graue Wand stellen; den Raum wegnehmen
            und ein Studio zeigen
            """
        ),
        details=phrases(
            "grauem Studiohintergrund; neutralem Hintergrund; grauer Wand hinter mir; professionellem Hintergrund"
        ),
        sayings=phrases(
            """
            Studio; Fotostudio; Studiohintergrund; grauer Hintergrund; Hintergrund grau; grauer Studiohintergrund;
            neutraler Hintergrund; Hintergrund neutral; schlichter Hintergrund; einfacher Hintergrund; leerer
            Hintergrund; ruhiger Hintergrund; seriöser Hintergrund; sauberer Hintergrund; Studiowand; graue Wand hinter
            mir; Hohlkehle; Papierhintergrund; Passfoto; Passbild; Bewerbungsfoto; Porträtstudio; beim Fotografen;
            Firmenfoto; LinkedIn-Foto; Businessporträt; Hintergrund ersetzen; Hintergrund austauschen; ersetze den
            Hintergrund; tausche den Hintergrund; Hintergrund entfernen; virtueller Hintergrund, grau; mein Zimmer
            verstecken; Nachrichtenstudio in Grau; hellgrauer Hintergrund; Stduiohintergrund; setz mich ins Studio;
            Interview vor grauer Wand; ich hätte gern einen neutralen Studiohintergrund; kannst du mein Zimmer durch
            eine graue Wand ersetzen?; so dass es wie beim Fotografen aussieht; als ob ich für ein Passfoto dasitze;
            lass mein Zimmer verschwinden und setz mich ins Studio; zeig mich vor grauem Papier wie im Fotostudio; der
            Hintergrund soll schlicht und grau sein; tausch meine Wohnung gegen ein Fotostudio; mein Chaos soll weg,
            stattdessen eine glatte graue Wand; ich brauch was Seriöses hinter mir; für das Vorstellungsgespräch einen
            neutralen Hintergrund; wie auf einem Bewerbungsfoto; wie ein Porträt beim Profi im Studio; wie im
            Passbildautomaten; grauer Karton hinter mir; ein glatter Hintergrund in Grau; einfarbig grauer Hintergrund;
            das Zimmer ausblenden, graue Fläche zeigen; neutraler grauer Verlauf hinter mir; Hintergrundkarton in
            Hellgrau; Fotografenstudio; Studioaufnahme von mir; Studioportrait vor Grau; professioneller Hintergrund
            fürs Meeting; Businessfoto; Mitarbeiterfoto für die Firmenseite; Foto für den Lebenslauf; Foto für den
            Personalausweis; biometrisches Passbild; leere Wand statt meiner Küche; räum den Hintergrund leer; kein
            Zimmer mehr hinter mir, Studio bitte; Fotohintergrund; Fotoleinwand in Grau hinter mir; virtueller
            Studiohintergrund; ich will in einem Studio sitzen; setz mich vor eine saubere graue Wand; neutrales Grau
            statt Unordnung; ein Interviewstudio mit grauer Wand; mach den Hintergrund neutral; neutraler hintergrund
            bitte; wie im Atelier des Fotografen; mach, dass hinter mir eine graue Wand ist; ich will, dass mein Zimmer
            weg ist und ein Studio da ist; wär gut, wenn der Hintergrund neutral wäre; gibt's das auch mit
            Studiohintergrund?; ich möchte bitte einen schlichten grauen Hintergrund; hinter mir soll ein Fotostudio
            sein; könnte man mein Zimmer gegen ein Studio tauschen?; als säße ich beim Fotografen; statt Zimmer eine
            graue Studiowand
            """
        ),
        graded=False,
        places=phrases("im Fotostudio; beim Fotografen; im Passbildautomaten"),
    ),
    EditWords(
        name="person_gold",
        things=phrases(
            """
            eine goldene Statue; eine Goldstatue; eine Statue aus Gold; eine vergoldete Figur; eine Goldfigur; ein Pokal
            aus Gold
            """
        ),
        looks=phrases("vergoldet; golden wie eine Statue; ganz aus Gold; mit Gold überzogen; aus massivem Gold"),
        acts=phrases(
            """
            mich in Gold verwandeln; mich vergolden; eine goldene Statue aus mir machen; die Person mit Gold überziehen;
            mich in flüssiges Gold tauchen; meine Haut golden machen
            """
        ),
        details=phrases(
            """
            goldener Haut; einer Person aus Gold; vergoldetem Gesicht; einer goldenen Statue statt mir; Blattgold auf
            mir
            """
        ),
        sayings=phrases(
            """
            Goldstatue; goldene Statue; Statue; Statue aus Gold; Goldfigur; goldene Figur; goldener Mensch; goldene
            Person; Mensch aus Gold; Person aus Gold; vergoldet; vergolden; vergolde mich; Gold; Gold überall auf mir;
            goldene Haut; Goldhaut; goldenes Gesicht; Goldskulptur; Skulptur; Midas; König Midas; Goldfinger;
            Oscar-Statue; Oscarstatue; C-3PO; Goldjunge; Pokal; Trophäe; Blattgold; massives Gold; pures Gold; flüssiges
            Gold; goldener Roboter; goldener Buddha; lebende Statue; Straßenkünstler in Gold; mach mich golden; mach
            mich zu Gold; verwandle mich in Gold; Golstatue; ich bin aus Gold; Goldmarie; ich hätte gern einen Körper
            aus Gold; kannst du mich vergolden?; so dass ich glänze wie eine Oscar-Figur; als ob König Midas mich
            berührt hätte; lass mich aussehen wie eine goldene Statue; zeig mich als Denkmal aus Gold; meine Haut soll
            aus Gold sein; ersetze mich durch eine goldene Figur; tausch meine Haut gegen Blattgold; mal mich golden an;
            wie ein Pokal; wie die Goldfrau in Goldfinger; wie ein Pharao aus Gold; Tutanchamuns Maske auf meinem
            Gesicht; goldener Engel; ein Mensch, zu Gold erstarrt; erstarrt zu purem Gold; versteinert in Gold; goldenes
            Denkmal; Golddenkmal; Mensch als Goldbarren; mein Kopf als goldene Büste; Büste aus Gold; ich als
            Goldskulptur; der Raum bleibt, ich werde zu Gold; nur die Person wird golden; Gesicht und Kleidung aus Gold;
            glänzend goldene Haut; metallisch goldener Mensch; mit goldener Farbe besprüht wie die lebenden Statuen in
            der Fußgängerzone; Pantomime in Gold; tauch mich in Gold; gieß mich in Gold; in Gold gegossen; golden
            lackierter Mensch; goldmensch; ich bin die Trophäe; wie eine Buddha-Figur aus Gold; wandle mich in eine
            Goldfigur um; mach mal eine Goldstatue aus mir; mach, dass ich aus Gold bin; wär cool, wenn ich eine
            Goldstatue wäre; gibt's mich auch in Gold?; ich möchte bitte eine goldene Statue sein; ich soll aus purem
            Gold sein; könnte man mich in Gold verwandeln?; als wäre ich eine Statue aus Gold; die Person soll golden
            werden
            """
        ),
        graded=False,
        places=phrases("in der Schatzkammer des Midas; bei der Oscarverleihung als Statue"),
    ),
)

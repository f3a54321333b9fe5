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
            Hintergrund unscahrf; Teams-Hintergrund unscharf; Zoom Unschärfe
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
            grüner Wand
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
            entsättige den Raum
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
            Interview vor grauer Wand
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
            mich zu Gold; verwandle mich in Gold; Golstatue; ich bin aus Gold; Goldmarie
            """
        ),
        graded=False,
        places=phrases("in der Schatzkammer des Midas; bei der Oscarverleihung als Statue"),
    ),
)

"""Training prompts that no edit was made for, each with the edit that is the gentlest answer to it.

Nonsense, small talk, wishes that name no look, and negations leave the picture alone. A look in another language, or
one that was never taught, gets the edit nearest to it.
"""

from __future__ import annotations

import random

from sanacam.model.training.prompts.sentences import LANGUAGES
from sanacam.model.training.prompts.taxonomy import EditWords, Prompt, phrases
from sanacam.model.training.prompts.wordings import edit_names, normalised, vocabulary

_UNCHANGED = phrases(
    """
    asdf; asdfgh; qwerty; foo bar; lorem ipsum dolor sit amet; abc def; test; test test; testing 1 2 3; hmm; ehm; blah
    blah; bla bla bla; xyz; aaaaaa; zzzz; 42; 12345; hjkl; wuff; florp; gribble; snorfle the wug; ping; ok; okay; hello;
    hello there; hi; hey; good morning; hallo; guten Tag; guten Morgen; moin; na; ja; nein; yes; no; thanks; danke; who
    are you?; wer bist du?; what can you do?; was kannst du?; how are you?; what time is it?; wie spät ist es?; what's
    the weather tomorrow?; wie wird das Wetter?; tell me a joke; erzähl mir einen Witz; the stock market fell on monday;
    die Aktien sind gefallen; i am hungry; ich habe Hunger; where is my cup?; wo ist meine Tasse?; can you hear me?;
    hörst du mich?; is this thing on?; see you tomorrow; bis morgen; the capital of france is paris; what is two plus
    two?; buy milk and eggs; Milch und Eier kaufen; i like football; mein Auto ist kaputt; open the window; mach das
    Fenster auf; play some music; spiel Musik; increase the volume; lauter bitte; start the recording; stop; pause; save
    the file; make it better; make it good; make it pretty; make it beautiful; do your best; do anything; whatever;
    something; something nice; anything else; you decide; a nice picture; mach es besser; mach es gut; mach es hübsch;
    mach was; mach etwas; mach irgendwas; etwas Schönes; egal; keine Ahnung; i don't know; was du willst; verbessere das
    Bild; verbesser mich; look good; make me look good; make me younger; mach mich jünger; change it; ändere es; edit;
    edit the video; bearbeite das Video; filter; effect; Effekt; style; Stil; give me a style; ein anderer Stil; random;
    zufällig; improve it; enhance; optimise; perfect; wonderful; toll; super; cool; awesome; amazing; nice; wow; add a
    dog; ein Hund bitte; put a hat on me; setz mir einen Hut auf; add sunglasses; make my hair longer; längere Haare;
    remove my glasses; add a second person; zwei Katzen auf meiner Schulter; a cup of coffee on the table; a car; ein
    Auto; pizza; bicycle; the quick brown fox jumps over the lazy dog; once upon a time; es war einmal; please help;
    hilfe; rotate the camera; zoom in; zoom out; näher ran; speed it up; langsamer; write a poem; 1080p; 60 fps; mute
    me; let's meet at half past three; could we move our call to monday?; sorry, i'm a couple of minutes late; you're on
    mute; your microphone is off; i can't hear you; can you share your screen?; next slide please; who is taking the
    minutes?; my boss wants the report by noon; the printer is out of paper again; did you get my email?; i'll send you
    the invoice later; please forward this to accounting; our budget was approved; i'm on holiday next week; let's have
    lunch together; the kids are at school; my son has a football match; grandma turns eighty this weekend; did you feed
    the cat?; the dog wants to go out; happy birthday to you; congratulations on the new job; good night; have a nice
    weekend; how was your holiday?; how old are you?; where do you live?; what is your name?; do you speak english?; i
    have a headache; my train is delayed; turn left at the next corner; how far is it to the station?; bananas are
    berries; a week has seven days; the earth goes round the sun; water boils at one hundred degrees; the password is
    wrong; restart the computer; install the update; my battery is almost empty; the internet is slow today; is anybody
    there?; wait a second; never mind; forget it; that was funny; i'm bored; i love you; do you like me?; who won the
    match?; the rent is due; call the plumber; two tickets for tonight; i have no plans; could be nicer; i want
    something different; show me what you've got; do your thing; make me famous; can you fix it?; it doesn't look right;
    make my day; be creative; spice it up; hmpf grmbl; dada dudu; ooga booga; lalala; kjshdf kjsdhf; wir sehen uns um
    halb vier; können wir den Termin verschieben?; ich komme ein paar Minuten später; du bist stumm geschaltet; ich höre
    dich nicht; kannst du deinen Bildschirm teilen?; wer schreibt das Protokoll?; der Drucker streikt schon wieder; hast
    du meine Mail bekommen?; die Rechnung schicke ich morgen; nächste Woche habe ich Urlaub; die Kinder sind in der
    Schule; Oma hat am Wochenende Geburtstag; hast du die Katze gefüttert?; der Hund muss raus; alles Gute zum
    Geburtstag; schönen Feierabend; gute Nacht; wie alt bist du?; wo wohnst du?; wie heißt du?; ich habe Kopfschmerzen;
    der Zug hat Verspätung; an der nächsten Kreuzung links; eine Woche hat sieben Tage; das Passwort stimmt nicht;
    starte den Rechner neu; mein Akku ist gleich leer; das Internet ist heute langsam; warte mal kurz; vergiss es; schon
    gut; mir ist langweilig; ich hab dich lieb; wer hat gewonnen?; die Miete ist fällig; ruf den Klempner an; ich will
    was anderes; das geht schöner; sei kreativ; zeig mal, was du drauf hast; irgendwie anders; trallala; schnurpsel;
    wuppdich kladong; na toll; na dann prost; ach so; tschüss; wann hast du Zeit?; kommst du mit in die Kantine?; das
    Paket ist angekommen
    """
)

_NEGATED = {
    "en": phrases(
        """
        not {look}; not {look} please; don't make it {look}; please don't make it {look}; don't make me {look}; do not
        make the picture {look}; it shouldn't be {look}; i don't like it {look}; why is it {look}? i never asked for
        that; no {bare}; no more {bare}; stop with the {bare}; i don't like {detail}; without {detail}; don't {act};
        please don't {act}; never {act}; stop trying to {act}; you must not {act}; there is no need to {act}; anything
        but {a_thing}; don't turn it into {a_thing}; it must not look like {a_thing}; {a_thing}? no thanks
        """
    ),
    "de": phrases(
        """
        nicht {look}; bitte nicht {look}; mach es nicht {look}; mach das Bild bitte nicht {look}; es soll nicht {look}
        sein; auf keinen Fall {look}; ich mag es nicht {look}; ohne {thing}; {thing}? nein danke; {thing} gefällt mir
        nicht; hör auf mit {detail}; es soll kein Video mit {detail} sein; heute bitte {not_a_thing}; das soll
        {not_a_thing} sein; nie wieder {a_thing}; es darf nicht aussehen wie {a_thing}; alles, nur nicht {a_thing};
        bitte nicht {act}; niemals {act}; du sollst nicht {act}; auf keinen Fall {act}; das Bild bitte nicht {look}
        machen
        """
    ),
}

#: edit: wordings in other languages, or of a look that is near it
_NEAREST: dict[str, str] = {
    "noir": "noir et blanc; blanco y negro; bianco e nero; preto e branco; zwart-wit; film noir français; siyah beyaz",
    "sepia": (
        "sépia; color sepia; seppia antico; vieille photo brune; foto antigua marrón; a prehistoric scene; dusty "
        "desert town"
    ),
    "vintage": "photo des années soixante-dix; foto vintage; años setenta; stile anni settanta; jaren zeventig",
    "golden_hour": (
        "coucher de soleil; puesta de sol; tramonto; zonsondergang; pôr do sol; a desert; on mars; wüste; lava "
        "light"
    ),
    "moonlit_night": (
        "nuit; la nuit; noche; de noche con luna; notte; nacht met maan; a haunted house; spooky; gruselig; "
        "vampire"
    ),
    "winter": "hiver; neige; invierno; nieve; inverno; neve; winter sneeuw; zima; fog; misty; neblig; Nebel",
    "autumn": "automne; otoño; autunno; herfst; outono; feuilles rouges; hojas rojas; foglie rosse",
    "underwater": (
        "sous l'eau; sous la mer; bajo el agua; sott'acqua; onder water; debaixo d'água; mermaid world; slime "
        "green haze"
    ),
    "cyberpunk": (
        "ville futuriste; ciudad futurista; città del futuro; a spaceship; ein Raumschiff; rave party; unicorn "
        "colors"
    ),
    "night_vision": (
        "vision nocturne; visión nocturna; visione notturna; like the matrix code; alles grün; make it green"
    ),
    "thermal": "caméra thermique; cámara térmica; termocamera; rainbow colors; psychedelic; psychedelisch; on fire",
    "xray": "rayons x; rayos x; raggi x; négatif; negativo; ghostly; wie ein Geist",
    "pencil": (
        "crayon; dessin au crayon à papier; lápiz; dibujo; disegno a matita; tekening met potlood; desenho a "
        "lápis; ink sketch"
    ),
    "charcoal": "fusain; carboncillo; carboncino; houtskool; smoke and soot; black chalk; tattoo art",
    "comic": (
        "bande dessinée; historieta; fumetto; stripverhaal; quadrinhos; the simpsons; die Simpsons; south park; "
        "pixar; disney"
    ),
    "anime": (
        "dessin animé japonais; animé japonés; cartone animato giapponese; a disney princess; chibi; k-pop "
        "cartoon"
    ),
    "oil": (
        "peinture à l'huile; óleo sobre lienzo; pittura a olio; olieverf; picasso; dalí; mona lisa; klimt; "
        "caravaggio; acrylic paint"
    ),
    "watercolor": (
        "aquarelle; acuarela; acquerello; aquarel; aquarela; gouache; pastel drawing; Pastellkreide; crayon "
        "drawing by a child"
    ),
    "linocut": (
        "gravure sur bois; grabado en madera; xilografia; houtsnede; etching; banknote engraving; papercut in "
        "black"
    ),
    "blueprint": (
        "plan d'architecte; plano azul; progetto tecnico; bouwtekening; wireframe; drahtgitter; whiteboard "
        "drawing"
    ),
    "halftone": (
        "trame de journal; periódico viejo; giornale stampato; krantendruk; pointillism; Pointillismus; dot "
        "painting; ascii art"
    ),
    "mosaic": (
        "mosaïque; mosaico; mozaïek; mosaico romano; lego; Lego; stained glass; Buntglasfenster; quilt; "
        "patchwork; kaleidoscope"
    ),
    "posterize": (
        "affiche; cartel; manifesto; sérigraphie; graffiti; street art; wie Graffiti; low poly; south american "
        "mural"
    ),
    "pop_duotone": "deux couleurs; dos colores; due colori; twee kleuren; art pop; candy colors; barbie world",
    "pixel": (
        "jeu vidéo rétro; videojuego antiguo; videogioco pixelato; oud computerspel; voxel; fortnite; roblox; "
        "knitted sweater"
    ),
    "neon": (
        "lignes de néon; líneas de neón; linee al neon; neonlijnen; light painting; lightning; Blitze; fireworks; "
        "glow worm"
    ),
    "crt": (
        "vieille télévision; televisión antigua; vecchia tv; oude televisie; glitch; hologram; Hologramm; bad "
        "reception"
    ),
    "bg_blur": "arrière-plan flou; fondo borroso; sfondo sfocato; achtergrond wazig; fundo desfocado; tilt shift",
    "green_screen": "fond vert; fondo verde; sfondo verde; groene achtergrond; fundo verde",
    "bg_mono": "arrière-plan en noir et blanc; fondo en blanco y negro; sfondo in bianco e nero",
    "snowfall": (
        "il neige; está nevando; nevica; het sneeuwt; chute de neige; hail; Hagel; confetti; ash falling; pollen "
        "in the air"
    ),
    "rain": (
        "pluie; il pleut; lluvia; está lloviendo; pioggia; piove; regen in amsterdam; chuva; a waterfall; "
        "tornado; splash of water"
    ),
    "bg_studio": (
        "fond gris de studio; fondo de estudio; sfondo da studio; beach background; new york behind me; Strand "
        "hinter mir"
    ),
    "person_gold": (
        "statue en or; estatua de oro; statua d'oro; gouden standbeeld; bronze statue; marble statue; "
        "Marmorstatue; tin man"
    ),
}  # fmt: skip

#: Negated wordings a language takes from an edit.
_NEGATIONS = 4


def unknown_training() -> list[Prompt]:
    """All of them; the same list every time."""
    prompts = [Prompt(text, "identity") for text in _UNCHANGED]
    prompts += [Prompt(text, edit) for edit, texts in _NEAREST.items() for text in phrases(texts)]
    chance = random.Random("negations")
    for edit in edit_names():
        if edit != "identity":
            for language, templates in _NEGATED.items():
                words = vocabulary(language)[edit]
                for template in chance.sample(templates, _NEGATIONS):
                    prompts.append(Prompt(_filled(template, words, language, chance), "identity"))
    unique = {normalised(prompt.text): prompt for prompt in reversed(prompts)}
    return list(reversed(unique.values()))


def _filled(template: str, words: EditWords, language: str, chance: random.Random) -> str:
    single = [word for word in (*words.sayings, *words.things) if len(word.split()) == 1 and word[0].isupper()]
    # Not "no only two colors".
    shown = [detail for detail in words.details if detail.split()[0] not in {"no", "only", "one"}]
    indefinite = [thing for thing in words.things if thing.startswith("ein")]
    return template.format(
        look=chance.choice(words.looks),
        detail=chance.choice(words.details),
        bare=LANGUAGES[language].article.sub("", chance.choice(shown)),
        act=chance.choice(words.acts),
        a_thing=chance.choice(words.things),
        # German: "eine Skizze" becomes "keine Skizze".
        not_a_thing=f"k{chance.choice(indefinite)}" if language == "de" else "",
        thing=chance.choice(single if language == "de" else words.things),
    )

"""Training prompts that no edit was made for, each with the edit that is the gentlest answer to it.

Nonsense, small talk, wishes that name no look, and negations leave the picture alone. A look in another language, or
one that was never taught, gets the edit nearest to it.
"""

from __future__ import annotations

import random

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
    hilfe; rotate the camera; zoom in; zoom out; näher ran; speed it up; langsamer; write a poem; 1080p; 60 fps; mute me
    """
)

_NEGATED = {
    "en": phrases("not {look}; no {detail}; don't {act}; please don't {act}; without {detail}; anything but {a_thing}"),
    "de": phrases("nicht {look}; bitte nicht {look}; ohne {thing}; kein {thing}; bitte nicht {act}; niemals {act}"),
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
_NEGATIONS = 2


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
    return template.format(
        look=chance.choice(words.looks),
        detail=chance.choice(words.details),
        act=chance.choice(words.acts),
        a_thing=chance.choice(words.things),
        thing=chance.choice(single if language == "de" else words.things),
    )

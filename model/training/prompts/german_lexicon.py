"""A small German–English dictionary of words about pictures: what the text encoder learns German from, besides the
wordings of the edits themselves."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import phrases

_WORDS = """
rot=red; blau=blue; grün=green; gelb=yellow; orange=orange; lila=purple; violett=violet; rosa=pink; braun=brown;
schwarz=black; weiß=white; grau=gray; golden=golden; silbern=silver; bunt=colorful; farbig=colored; farblos=colorless;
türkis=turquoise; beige=beige; dunkelblau=dark blue; hellgrün=light green; knallig=bright and loud; grell=glaring;
blass=pale; matt=dull; hell=bright; dunkel=dark; heller=brighter; dunkler=darker; scharf=sharp; unscharf=blurry;
verschwommen=blurred; weich=soft; hart=hard; warm=warm; kalt=cold; heiß=hot; kühl=cool; eiskalt=ice cold; nass=wet;
trocken=dry; alt=old; neu=new; uralt=ancient; modern=modern; antik=antique; schön=beautiful; hässlich=ugly; groß=big;
klein=small; winzig=tiny; riesig=huge; dick=thick; dünn=thin; fein=fine; grob=coarse; flach=flat; tief=deep;
hoch=high; niedrig=low; leer=empty; voll=full; einfach=simple; schlicht=plain; neutral=neutral; echt=real;
künstlich=artificial; natürlich=natural; dramatisch=dramatic; düster=gloomy; fröhlich=cheerful; romantisch=romantic;
gemütlich=cozy; geheimnisvoll=mysterious; gruselig=scary; futuristisch=futuristic; nostalgisch=nostalgic;
verträumt=dreamy; leuchtend=glowing; glänzend=shiny; glühend=glowing hot; durchsichtig=transparent; verwaschen=washed
out; rau=rough; körnig=grainy; sauber=clean; schmutzig=dirty; rostig=rusty; verblasst=faded; frostig=frosty;
verschneit=snow-covered; gefroren=frozen; sonnig=sunny; regnerisch=rainy; neblig=foggy; stürmisch=stormy;
bewölkt=cloudy; nächtlich=nocturnal; leicht=slightly; ein bisschen=a little bit; ein wenig=a little; etwas=somewhat;
ganz leicht=very slightly; kaum=hardly; dezent=subtle; sanft=gentle; schwach=weak; minimal=minimal; zart=delicate;
halb=half; zur Hälfte=by half; mittel=medium; mittelstark=of medium strength; mäßig=moderate; stark=strong; sehr=very;
sehr stark=very strong; kräftig=powerful; extrem=extreme; völlig=completely; komplett=complete; ganz=entirely;
total=totally; maximal=maximum; richtig=really; voll=full; mehr=more; weniger=less; nur=only; alles=everything;
nichts=nothing; kein=no; keine=no; nicht=not; ohne=without; mit=with; und=and; oder=or; aber=but; wie=like; als=as;
hinter mir=behind me; vor mir=in front of me; um mich herum=around me; überall=everywhere; hier=here; draußen=outside;
drinnen=inside; oben=above; unten=below; jetzt=now; immer=always; bitte=please; danke=thank you; ich=i; du=you;
wir=we; mich=me; mein=my; meine=my; uns=us; sie=they; man=one; es=it; das=that; Bild=picture; Video=video; Film=film;
Foto=photo; Kamera=camera; Webcam=webcam; Aufnahme=recording; Filter=filter; Effekt=effect; Stil=style; Look=look;
Farbe=color; Farben=colors; Licht=light; Schatten=shadow; Helligkeit=brightness; Kontrast=contrast;
Sättigung=saturation; Hintergrund=background; Vordergrund=foreground; Umgebung=surroundings; Person=person;
Mensch=human; Leute=people; Gesicht=face; Haut=skin; Haare=hair; Kopf=head; Körper=body; Augen=eyes; Hand=hand;
Kleidung=clothes; Kind=child; Frau=woman; Mann=man; Künstler=artist; Maler=painter; Zeichner=draftsman;
Architekt=architect; Ingenieur=engineer; Arzt=doctor; Soldat=soldier; Polizei=police; Feuerwehr=fire brigade;
Jäger=hunter; Detektiv=detective; Großvater=grandfather; Großmutter=grandmother; Oma=grandma; Opa=grandpa;
Eltern=parents; Urgroßeltern=great-grandparents; Held=hero; Superheld=superhero; Figur=figure; König=king;
Zimmer=room; Raum=room; Wohnung=apartment; Haus=house; Büro=office; Küche=kitchen; Garten=garden; Balkon=balcony;
Straße=street; Stadt=city; Großstadt=big city; Dorf=village; Land=country; Welt=world; Wald=forest; Baum=tree;
Bäume=trees; Blatt=leaf; Blätter=leaves; Laub=foliage; Wiese=meadow; Berg=mountain; Berge=mountains; Tal=valley;
Fluss=river; See=lake; Meer=sea; Ozean=ocean; Strand=beach; Insel=island; Wüste=desert; Park=park; Himmel=sky;
Wolke=cloud; Sonne=sun; Mond=moon; Sterne=stars; Sonnenuntergang=sunset; Sonnenaufgang=sunrise; Sonnenstrahlen=rays of
sunlight; Mondschein=moonlight; Wetter=weather; Regen=rain; Regentropfen=raindrops; Schnee=snow;
Schneeflocken=snowflakes; Schneefall=snowfall; Eis=ice; Frost=frost; Nebel=fog; Sturm=storm; Gewitter=thunderstorm;
Wind=wind; Hagel=hail; Kälte=cold; Hitze=heat; Wärme=warmth; Feuer=fire; Wasser=water; Luft=air; Erde=earth;
Stein=stone; Steine=stones; Holz=wood; Metall=metal; Gold=gold; Silber=silver; Glas=glass; Papier=paper;
Leinwand=canvas; Stoff=cloth; Kreide=chalk; Kohle=charcoal; Tusche=ink; Tinte=ink; Öl=oil; Pinsel=brush;
Pinselstrich=brush stroke; Stift=pen; Bleistift=pencil; Kugelschreiber=ballpoint pen; Strich=stroke; Striche=strokes;
Linie=line; Linien=lines; Kante=edge; Kanten=edges; Umriss=outline; Umrisse=outlines; Kontur=contour;
Konturen=contours; Fläche=area; Flächen=areas; Punkt=dot; Punkte=dots; Muster=pattern; Raster=halftone screen;
Form=shape; Quadrat=square; Kreis=circle; Klotz=block; Klötze=blocks; Klötzchen=little blocks; Pixel=pixels;
Fliese=tile; Fliesen=tiles; Kachel=tile; Kacheln=tiles; Fuge=grout; Zeile=line; Streifen=stripes; Wand=wall;
Boden=floor; Fußboden=floor; Fenster=window; Kirche=church; Museum=museum; Galerie=gallery; Studio=studio;
Fotostudio=photo studio; Kino=cinema; Theater=theater; Krankenhaus=hospital; Schule=school; Bar=bar;
Nachtclub=nightclub; Disco=disco; Gemälde=painting; Zeichnung=drawing; Skizze=sketch; Porträt=portrait; Druck=print;
Plakat=poster; Zeitung=newspaper; Heft=booklet; Buch=book; Kinderbuch=children's book; Comic=comic;
Zeichentrick=cartoon; Trickfilm=animated film; Serie=series; Spiel=game; Videospiel=video game; Plan=plan;
Bauplan=blueprint; Statue=statue; Skulptur=sculpture; Mosaik=mosaic; Aquarell=watercolor; Ölgemälde=oil painting;
Kohlezeichnung=charcoal drawing; Bleistiftzeichnung=pencil drawing; Holzschnitt=woodcut; Linolschnitt=linocut;
Schwarz-Weiß=black and white; Graustufen=grayscale; Grautöne=shades of gray; Brauntöne=shades of brown; Sepia=sepia;
Negativ=negative; Röntgenbild=x-ray image; Wärmebild=thermal image; Nachtsicht=night vision; Nachtsichtgerät=night
vision goggles; Fernseher=television; Röhrenfernseher=tube television; Bildschirm=screen; Monitor=monitor;
Videokassette=vhs tape; Leuchtreklame=neon sign; Neonröhre=neon tube; Neonlicht=neon light; Lampe=lamp; Lampen=lamps;
Laser=laser; Unschärfe=blur; Bokeh=bokeh; Greenscreen=green screen; Frühling=spring; Sommer=summer; Herbst=autumn;
Winter=winter; Januar=january; Oktober=october; Dezember=december; Tag=day; Nacht=night; Abend=evening;
Morgen=morning; Mittag=noon; Mitternacht=midnight; Weihnachten=christmas; Urlaub=vacation; Jahr=year;
Jahrhundert=century; Zukunft=future; Vergangenheit=past; früher=in the past; siebziger Jahre=seventies; achtziger
Jahre=eighties; Krieg=war; Wilder Westen=wild west; Mittelalter=middle ages; Steinzeit=stone age; Weltall=outer space;
unter Wasser=underwater; Tiefsee=deep sea; Aquarium=aquarium; Fisch=fish; Fische=fish; Taucher=diver; tauchen=to dive;
Koralle=coral; Hund=dog; Katze=cat; Vogel=bird; Blume=flower; Blumen=flowers; Auto=car; Zug=train; Essen=food;
Musik=music; Arktis=arctic; Sibirien=siberia; Grönland=greenland; Alpen=alps; Tokio=tokyo; Paris=paris; Rom=rome;
Amerika=america; machen=to make; mach=make; zeigen=to show; zeig=show; malen=to paint; mal=paint; male=paint;
zeichnen=to draw; zeichne=draw; drucken=to print; druck=print; färben=to color; färbe=color; verwandeln=to transform;
verwandle=transform; ersetzen=to replace; ersetze=replace; entfernen=to remove; entferne=remove; hinzufügen=to add;
füge hinzu=add; nehmen=to take; nimm=take; geben=to give; gib=give; lassen=to let; lass=let; setzen=to put; setz=put;
stellen=to place; legen=to lay; ändern=to change; ändere=change; verändern=to alter; umdrehen=to turn around;
umkehren=to invert; invertieren=to invert; tauschen=to swap; tausch=swap; verstecken=to hide; erkennen=to recognize;
sehen=to see; schauen=to look; aussehen=to look like; leuchten=to glow; strahlen=to shine; scheinen=to shine;
glänzen=to gleam; brennen=to burn; schneien=to snow; es schneit=it is snowing; regnen=to rain; es regnet=it is
raining; gießen=to pour; frieren=to freeze; einfrieren=to freeze; schmelzen=to melt; verlaufen=to run into each other;
verwischen=to smudge; schneiden=to cut; schnitzen=to carve; kleben=to glue; bauen=to build; filmen=to film;
aufnehmen=to record; drehen=to shoot a film; fotografieren=to photograph; vergolden=to gild; überziehen=to coat;
bedecken=to cover; füllen=to fill; fallen=to fall; fliegen=to fly; schwimmen=to swim; sitzen=to sit; stehen=to stand;
liegen=to lie; gehen=to go; kommen=to come; werden=to become; sein=to be; haben=to have; ich will=i want; ich möchte=i
would like; ich hätte gern=i would like to have; kannst du=can you; könntest du=could you; als ob=as if; als wäre=as
if it was; soll=should; sollen=should; muss=must; darf=may; hätte=would have; wurde=was; gemalt=painted;
gezeichnet=drawn; gedruckt=printed; gefilmt=filmed; geschnitzt=carved; geschnitten=cut; verpixelt=pixelated;
vergoldet=gilded; verwischt=smudged; gerastert=halftoned; invertiert=inverted; entsättigt=desaturated;
vergilbt=yellowed; ausgeblichen=bleached; handgezeichnet=hand-drawn; schraffiert=hatched; Schraffur=hatching;
getönt=toned; beleuchtet=lit; unverändert=unchanged; Ausleuchtung=lighting; Beleuchtung=lighting; Stimmung=mood;
Atmosphäre=atmosphere; Szene=scene; Landschaft=landscape; Schneelandschaft=snowy landscape; Winterlandschaft=winter
landscape; Unterwasserwelt=underwater world; Krimi=crime story; Western=western; Märchen=fairy tale; Traum=dream;
Geschichte=story; Postkarte=postcard; Album=album; Dia=slide; Schmalfilm=cine film; Tinten=inks;
zweifarbig=two-colored; einfarbig=single-colored; mehrfarbig=multicolored; Vektorgrafik=vector graphic;
Farbverlauf=color gradient; Farbstufen=color steps; Farbpalette=color palette; Auflösung=resolution;
Bildpunkte=pixels; Rauschen=noise; Temperatur=temperature; Körperwärme=body heat; Strahlung=radiation; Knochen=bones;
Skelett=skeleton; Regenschirm=umbrella; Pfütze=puddle; Tropfen=drops; Flocken=flakes; Schauer=shower;
Wolkenbruch=cloudburst; Eiszapfen=icicles; Raureif=hoarfrost
"""

_SENTENCES = """
mach es schwarzweiß=make it black and white; mach das Bild heller=make the picture brighter; lass alles wie es
ist=leave everything as it is; zeig mich in der Nacht=show me at night; ich will aussehen wie ein Held=i want to look
like a hero; die Sonne geht unter=the sun is setting; es soll Winter sein=it should be winter; es soll regnen=it
should rain; es fängt an zu schneien=it starts to snow; mal mich mit einem Pinsel=paint me with a brush; zeichne mich
mit einem Stift=draw me with a pen; mach den Raum hinter mir weg=remove the room behind me; nur mein Gesicht ist
scharf=only my face is sharp; nimm die Farben weg=take the colors away; gib dem Bild warme Farben=give the picture
warm colors; als wäre es sehr kalt=as if it was very cold; als säße ich im Wasser=as if i was sitting in the water;
wie aus einem alten Buch=like from an old book; wie im Museum=like in a museum; wie auf einem alten Foto=like in an
old photo; mit dicken Linien=with thick lines; aus kleinen Steinen=made of small stones; aus Gold gemacht=made of
gold; in der Zukunft=in the future; in einer alten Kirche=in an old church; hinter mir ist alles grau=everything
behind me is gray; hinter mir ist alles grün=everything behind me is green; nur ich habe Farbe=only i have color; die
Farben sind verkehrt herum=the colors are reversed; dunkel und blau=dark and blue; weiß auf blauem Grund=white on a
blue ground; leuchtende Linien im Dunkeln=glowing lines in the dark; wie ein Spiel von früher=like a game from the
past; wie im Fernsehen von früher=like on television in the past; ich möchte keinen Filter=i do not want a filter;
stell den Filter aus=turn the filter off; kannst du mein Video ändern?=can you change my video?; mach etwas anderes=do
something else; es ist mir zu viel=it is too much for me; bitte nicht so stark=please not so strong; ein bisschen
weniger=a little bit less; noch viel stärker=even much stronger; wie ein Gemälde an der Wand=like a painting on the
wall; gedruckt auf billigem Papier=printed on cheap paper; mit zwei Farben gedruckt=printed with two colors; wie die
Decke einer Kirche=like the ceiling of a church; wie auf einem Dachboden gefunden=like found in an attic; mein Büro
liegt am Meer=my office is by the sea; Blätter fallen von den Bäumen=leaves fall from the trees; im Herbst sind die
Bäume rot=in autumn the trees are red; die Hitze sichtbar machen=make the heat visible; sehen wie ein Tier in der
Nacht=see like an animal at night; das Foto ist verblasst=the photo is faded; mit der Hand gezeichnet=drawn by hand;
die Kanten leuchten=the edges glow; wie mit dem Messer geschnitten=as if cut with a knife; nasse Farbe auf Papier=wet
paint on paper; der Plan eines Hauses=the plan of a house; ein Heft mit Superhelden=a booklet with superheroes; ein
japanischer Film=a japanese film; niemand soll mein Zimmer sehen=nobody should see my room; tausch den Hintergrund
aus=exchange the background; die Person glänzt=the person gleams
"""


def lexicon() -> list[tuple[str, str]]:
    """(German, English) pairs: words first, then short sentences."""
    pairs = []
    for entry in (*phrases(_WORDS), *phrases(_SENTENCES)):
        german, _, english = entry.partition("=")
        pairs.append((german, english))
    return pairs

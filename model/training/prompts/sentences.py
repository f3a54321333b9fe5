"""Sentence templates of a language, into which an edit's vocabulary is put.

Slots: ``{a_thing}`` with its article, ``{thing}`` without (short ones only), ``{look}``, ``{act}``, ``{detail}``,
``{place}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sanacam.model.training.prompts.taxonomy import phrases


@dataclass(frozen=True)
class Sentences:
    """Attributes:
    thing, look, act, detail, place: templates of full strength, by what they are about.
    mild, medium, strong: templates that ask for little, for half, for as much as there is.
    article: what is taken off a thing to have it bare.
    """

    thing: tuple[str, ...]
    look: tuple[str, ...]
    act: tuple[str, ...]
    detail: tuple[str, ...]
    place: tuple[str, ...]
    mild: tuple[str, ...]
    medium: tuple[str, ...]
    strong: tuple[str, ...]
    article: re.Pattern[str]


ENGLISH = Sentences(
    thing=phrases(
        """
        make it look like {a_thing}; turn the video into {a_thing}; turn this into {a_thing}; {a_thing}; {thing} style;
        {thing} look; in the style of {a_thing}; convert the footage to {a_thing}; i want it to look like {a_thing};
        transform everything into {a_thing}; render the scene as {a_thing}; {thing} effect please; what would this look
        like as {a_thing}?; as {a_thing}; restyle my stream as {a_thing}; could you make my camera look like {a_thing}?;
        looks like {a_thing}; {thing} filter; apply the style of {a_thing} to the whole picture; change my webcam into
        {a_thing}; like {a_thing}; show me as {a_thing}, please; edit the video so that it resembles {a_thing}; it
        should feel like {a_thing}; give the picture the look of {a_thing}
        """
    ),
    look=phrases(
        """
        make it {look}; make the video {look}; make everything {look}; {look}; can you make this {look}?; i'd like it to
        be {look}; the whole image should be {look}; {look}, please; i want my stream to be {look}; the scene is now
        {look}; make me and my room {look}
        """
    ),
    act=phrases(
        """
        {act}; please {act}; {act} please; can you {act}?; could you {act}; i want you to {act}; just {act}; {act} in
        every frame; {act} for my stream; hey, {act}; let's {act}; {act}, thanks; i would love it if you could {act}
        """
    ),
    detail=phrases(
        """
        {detail}; a video with {detail}; give it {detail}; add {detail}; i want {detail}; the picture has {detail}; use
        {detail}; make it have {detail}; same scene but with {detail}; show {detail}; {detail} in the whole picture
        """
    ),
    place=phrases(
        """
        {place}; make my room look like {place}; as if i was in {place}; take me to {place}; as if this was filmed in
        {place}; turn my office into {place}; the street outside should look like {place}; pretend we are in {place};
        transport my kitchen to {place}; i am calling from {place}; it should feel like {place} in here; my balcony
        becomes {place}; a postcard from {place}; tell the story as if it happened in {place}; imagine my house stood in
        {place}
        """
    ),
    mild=phrases(
        """
        slightly {look}; make it a little {look}; subtle {thing} look; a hint of {thing}; just a touch of {thing};
        {act}, but only a little; {act} slightly; a light {thing} effect; gently {act}; with subtle {detail}; make it a
        bit {look}; a soft, barely there {thing} look; a tiny bit {look}; only a very faint {thing} effect; {act}, but
        not much; low intensity {thing} look; {look}, just slightly; very lightly {look}; mildly {look}; faintly {look};
        {act}, but keep it light; a delicate {thing} look; an understated {thing} effect; {thing} effect at low
        strength; {act}, thirty percent at most; {look}, but barely; {act}, level two of ten
        """
    ),
    medium=phrases(
        """
        moderately {look}; {thing} look at half intensity; {thing} effect, medium; half {look}, half the way it is;
        {act}, about halfway; {act} at fifty percent; {look}, but only half; a medium {thing} look; make it halfway
        {look}; blend {detail} in by half; {look} to a medium degree; {act}, but not all the way; {act} partway;
        {look}, fifty fifty; {thing} look somewhere in the middle; {act} with average strength; {act}, level five of
        ten
        """
    ),
    strong=phrases(
        """
        strong {thing} effect; make it completely {look}; very strongly {look}; {act} fully; {act}, as strong as
        possible; full {thing} look; extremely {look}; {act} and don't hold back; intense {thing} style; with very
        strong {detail}; very {look}; totally {look}; a lot of {thing}; {thing} at one hundred percent; heavily {look};
        maximum {thing} effect; {act} to the extreme; as {look} as it gets; {act}, level ten of ten
        """
    ),
    article=re.compile(r"^(an?|the)\s+"),
)

GERMAN = Sentences(
    thing=phrases(
        """
        wie {a_thing}; lass es aussehen wie {a_thing}; es soll aussehen wie {a_thing}; das Bild soll aussehen wie
        {a_thing}; {a_thing}; {a_thing} bitte; als wäre es {a_thing}; als wäre das hier {a_thing}; mein Video soll
        wirken wie {a_thing}; könntest du es aussehen lassen wie {a_thing}?; könnten Sie das Bild aussehen lassen wie
        {a_thing}?; sieht aus wie {a_thing}; ich will, dass es aussieht wie {a_thing}; so was wie {a_thing}; stell dir
        vor, das wäre {a_thing}; zeig alles so, als wäre es {a_thing}; {thing}; {thing}, bitte; Stil: {thing}; Effekt
        {thing}; mach daraus so etwas wie {a_thing}; ich hätte gern ein Bild wie {a_thing}; meine Kamera zeigt {a_thing}
        """
    ),
    look=phrases(
        """
        mach es {look}; mach das Video {look}; mach alles {look}; {look}; {look} bitte; kannst du das {look} machen?;
        könnten Sie das Bild bitte {look} machen?; ich hätte es gern {look}; das ganze Bild soll {look} sein; ich will
        es {look} haben; lass es {look} aussehen; alles soll {look} wirken; bitte mach mich und mein Zimmer {look};
        machen Sie es {look}
        """
    ),
    act=phrases(
        """
        {act}; bitte {act}; {act} bitte; kannst du {act}?; könntest du bitte {act}?; könnten Sie {act}?; du sollst
        {act}; würden Sie bitte {act}; ich möchte {act}; {act}, danke; jetzt {act}; einfach {act}; wir wollen {act}
        """
    ),
    detail=phrases(
        """
        mit {detail}; ein Video mit {detail}; gib mir ein Bild mit {detail}; dieselbe Szene, aber mit {detail}; das
        ganze Bild mit {detail}; alles mit {detail}, bitte; zeig es mit {detail}; ich will es mit {detail}
        """
    ),
    place=phrases(
        """
        {place}; als wäre ich {place}; tu so, als wären wir {place}; mein Zimmer soll aussehen wie {place}; als wäre das
        {place} gefilmt; es soll sich anfühlen wie {place}; stell dir vor, ich sitze {place}; ich melde mich live von
        hier: {place}; mein Balkon soll aussehen wie {place}; wie {place}; versetz die Küche dahin: {place}; die Straße
        vor dem Haus wie {place}; erzähl es so, als spielte es {place}; meine Wohnung ist jetzt {place}
        """
    ),
    mild=phrases(
        """
        leicht {look}; ein bisschen {look}; etwas {look}; mach es ein wenig {look}; nur ein Hauch von {thing}; {act},
        aber nur ein bisschen; {act}, aber dezent; ganz leicht {look}; {thing}, aber nur schwach; dezent {look}; mach es
        ein klein wenig {look}; nur leicht {look}, bitte; {act}, aber nicht zu viel; subtil, mit {detail}; kaum merklich
        {look}; minimal {look}; sanft {look}; schwach {look}; geringfügig {look}; nur andeutungsweise {look}; {act},
        aber zurückhaltend; {act}, höchstens zu einem Drittel; {thing} auf dreißig Prozent; {thing}, aber kaum; {act},
        Stufe zwei von zehn
        """
    ),
    medium=phrases(
        """
        mäßig {look}; halb {look}; zur Hälfte {look}; {thing}, mittlere Stufe; {act}, aber nur halb; {act}, so etwa zur
        Hälfte; mittelstark {look}; {thing} auf fünfzig Prozent; mittel {look}; halb echt, halb {look};
        teils {look}; {act}, aber nicht ganz; {act}, nur zum Teil; {thing}, so mittel; {look} in mittlerem Maß;
        ungefähr fünfzig Prozent {look}; {act}, Stufe fünf von zehn
        """
    ),
    strong=phrases(
        """
        stark {look}; sehr stark {look}; ganz und gar {look}; komplett {look}; völlig {look}; {act}, und zwar kräftig;
        {act}, so stark wie möglich; {thing}, volle Stärke; extrem {look}; mit sehr starkem Effekt: {thing}; kräftig
        {look}; {act}, mit aller Kraft; richtig {look}; {thing} auf hundert Prozent; maximal {look}; heftig {look};
        durchgehend {look}; {thing}, so viel wie geht; {act}, Stufe zehn von zehn
        """
    ),
    article=re.compile(r"^(ein|eine|der|die|das)\s+"),
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN}

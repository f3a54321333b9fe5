"""German vocabulary of the edits that let something fall from the sky; see ``words_de_light`` for the grammar."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import EditWords, phrases

WORDS: tuple[EditWords, ...] = (
    EditWords(
        name="snowfall",
        things=phrases(
            "ein Schneefall; ein Schneesturm; ein Schneeschauer; ein Flockenwirbel; eine geschüttelte Schneekugel"
        ),
        looks=phrases("voller fallender Schneeflocken; von Flocken durchweht; mit Schneeflocken in der Luft gefüllt"),
        acts=phrases(
            """
            es schneien lassen; Schnee fallen lassen; Schneeflocken fallen lassen; fallenden Schnee hinzufügen; Flocken
            durchs Bild wehen lassen; einen Schneesturm machen
            """
        ),
        details=phrases(
            "fallendem Schnee; Schneeflocken in der Luft; fallenden Flocken; Schneetreiben; dicken weißen Flocken"
        ),
        sayings=phrases(
            """
            Schneefall; es schneit; schneien; lass es schneien; Schneeflocken; Flocken; Schneesturm; Schneetreiben;
            Schneegestöber; Schneeschauer; fallender Schnee; Schnee fällt; Schneefall bitte; Schnee, der vom Himmel
            fällt; Schneekugel; wie in einer Schneekugel; leise rieselt der Schnee; es rieselt Schnee; der Schnee
            rieselt; Schneekanone; Flockenwirbel; tanzende Flocken; dichter Schneefall; starker Schneefall; kann es
            schneien?; mach Schneefall; mach, dass es schneit; ich will Schneefall; Schneeflokcen; bewegter Schnee;
            Schneeeffekt; weiße Flocken überall in der Luft; es fängt an zu schneien; Schneewetter; Frau Holle;
            Blizzard; ich hätte gern Schneeflocken im Bild; kannst du es bitte schneien lassen?; so dass Flocken vor der
            Kamera tanzen; als ob es gerade zu schneien anfängt; lass dicke Flocken vom Himmel fallen; zeig mir, wie es
            schneit; es soll Flocken geben; mitten im Schneegestöber stehen; von oben sollen weiße Flocken rieseln; wie
            wenn Frau Holle die Betten schüttelt; schüttel die Schneekugel; Flocken vor meinem Gesicht; im Wohnzimmer
            soll es schneien; lass mal Schnee runterkommen; lauter kleine weiße Flocken, die herunterschweben; der erste
            Schnee des Jahres fällt gerade; es schneielet; es schneibt; Flockentanz; Schneegeriesel; weißes Gewirbel in
            der Luft; schalte die Schneekanone ein; animierter Schneefall; weiße Punkte, die langsam zu Boden sinken;
            Flocken sollen durchs Bild treiben; der Wind treibt Schneeflocken vorbei; Heiligabend, und es schneit
            gerade; wie im Schneetreiben auf dem Gletscher; kannst du Flocken rieseln lassen?; mir fehlt Schneefall;
            bitte Schneeflocken, die fallen; hier soll ein Schneesturm toben; es soll vom Himmel schneien; als stünde
            ich draußen, während es schneit; füge fallende Flocken hinzu; es schneit in meinem Zimmer; schneeflocken
            sollen fallen; Schnee in der Luft; ein Schauer aus Schneeflocken; so ein Effekt mit rieselndem Schnee; die
            Flocken wirbeln um mich herum; Flöckchen; es flockt; wie bei Aschenbrödel, wenn der Schnee fällt;
            Wetterbericht: Schneefall; Schneeschauer ziehen durch; schnefall bitte; mach, dass Flocken fallen; ich will,
            dass es schneit; wär schön, wenn es schneien würde; gibt's das auch mit Schneefall?; wie wenn der Schnee vom
            Himmel rieselt; ich möchte bitte fallende Schneeflocken; tu so, als würde es schneien; gib mir Flocken, die
            durchs Bild fallen; stell dir vor, es schneit gerade; schöner wär's mit Schneefall; wie in einem
            Weihnachtsfilm, wenn es zu schneien beginnt; könnte man es schneien lassen?; als würden lauter Schneeflocken
            fallen; Schnee soll vom Himmel fallen
            """
        ),
        mild=phrases("ein paar Schneeflocken; nur wenige Flocken; leichter Schneefall"),
        places=phrases("in einer Schneekugel; im Schneesturm; mitten im Schneetreiben"),
    ),
    EditWords(
        name="rain",
        things=phrases("ein Regentag; ein Regenschauer; ein Wolkenbruch; ein Gewitter; ein Platzregen; ein Dauerregen"),
        looks=phrases("regnerisch; verregnet; nass vom Regen; voller Regentropfen; von Regen durchzogen"),
        acts=phrases(
            """
            es regnen lassen; Regen hinzufügen; Regentropfen fallen lassen; mich in den Regen stellen; ein Gewitter
            aufziehen lassen; es in Strömen gießen lassen
            """
        ),
        details=phrases("Regen; fallendem Regen; Regentropfen in der Luft; Regenstreifen; strömendem Regen"),
        sayings=phrases(
            """
            Regen; es regnet; regnen; regnerisch; verregnet; Regentag; Regenwetter; Regenschauer; Schauer; Regenguss;
            Platzregen; Wolkenbruch; Gewitter; Unwetter; Nieselregen; Niesel; Dauerregen; Landregen; Regentropfen;
            Tropfen; Regenstreifen; Regenfall; starker Regen; strömender Regen; mach Regen; mach, dass es regnet; es
            soll regnen; ich will Regen; kann es regnen?; schlechtes Wetter; Sauwetter; Schmuddelwetter; Aprilwetter; es
            schüttet; es gießt; im Regen stehen; ohne Schirm im Regen; Regne; Rgen; Regenefekt; nasses Wetter; wie im
            Monsun; Hamburger Wetter; ich hätte gern Regen im Bild; kannst du es bitte regnen lassen?; so dass Tropfen
            vor der Kamera fallen; als ob es draußen in Strömen regnet; lass es schütten; zeig mir, wie es regnet; vom
            Himmel soll Wasser fallen; mitten im Wolkenbruch stehen; im Wohnzimmer soll es regnen; lass mal einen
            Schauer runter; lauter Regenstreifen von oben nach unten; wie an einem verregneten Novembertag; es tröpfelt;
            es nieselt; es pladdert; Schnürlregen; Salzburger Schnürlregen; es schifft draußen; es regnet Bindfäden;
            hier bräuchte man einen Regenschirm; ich will nass werden, lass es regnen; der Regen prasselt herunter;
            Regentropfen sollen durchs Bild fallen; ein Regenguss geht nieder; animierter Regen; es soll ungemütlich
            sein und regnen; ein Sommergewitter mit Platzregen; füge fallenden Regen hinzu; es regnet in meinem Zimmer;
            lass die Wolken platzen; Gewitterregen; wie bei Singin' in the Rain; mir fehlt Regen im Video; Nieselwetter
            an der Nordsee; Monsunregen; ein Tropfenvorhang vor meinem Gesicht; Wetterbericht: Dauerregen; wie ein
            Spaziergang ohne Schirm; regentropfen im bild; kannst du ein Unwetter mit Regen machen?; der Himmel öffnet
            seine Schleusen; Schietwetter; Huddelwetter; bitte Regen, der fällt; so ein Effekt mit fallendem Regen;
            mach, dass Regen fällt; ich will, dass es regnet; wär schön, wenn es regnen würde; gibt's das auch mit
            Regen?; wie wenn der Regen vom Himmel fällt; ich möchte bitte fallenden Regen; tu so, als würde es regnen;
            gib mir Regentropfen, die durchs Bild fallen; stell dir vor, es regnet gerade; schöner wär's mit Regen; wie
            in einem traurigen Film, wenn es zu regnen beginnt; könnte man es regnen lassen?; als würden lauter
            Regentropfen fallen; Regen soll vom Himmel fallen
            """
        ),
        mild=phrases("ein paar Regentropfen; leichter Nieselregen; nur ein bisschen Regen"),
        places=phrases("in London bei Regen; im Regenwald; mitten im Gewitter; in Hamburg bei Schietwetter"),
    ),
)

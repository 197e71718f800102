"""Simple French: small talk, small tables, and facts about invented people and places, told and asked for in other words."""
import lexicon as L
from small_talk import intents
from words import Words, cap

INTENTS = intents("""
Bonjour. / Bonjour ! / Salut ! / Salut. / Coucou ! / Bonjour à toi. / Bonjour, ça va ? / Hé, salut ! / Bien le bonjour !|Bonjour ! Comment puis-je t'aider ?
Bonsoir. / Bonsoir ! / Bonsoir à toi. / Bonne soirée !|Bonsoir ! Comment puis-je t'aider ?
Bonne nuit. / Bonne nuit ! / Dors bien. / Je vais dormir. / Je vais me coucher. / Fais de beaux rêves.|Bonne nuit ! Dors bien.
Au revoir. / Au revoir ! / À bientôt. / À demain. / Je dois partir. / Salut, à plus tard. / Je m'en vais.|Au revoir ! Bonne journée.
Comment vas-tu ? / Comment ça va ? / Ça va ? / Tu vas bien ? / Vas-tu bien ? / Comment allez-vous ? / Comment te sens-tu ?|Je vais bien, merci. Et toi ?
Merci. / Merci ! / Merci beaucoup. / Mille mercis. / Merci pour ton aide. / Je te remercie. / Un grand merci ! / Merci pour tout. / Merci encore. / Tu m'as bien aidé. / C'est très gentil, merci. / Je te remercie beaucoup.|De rien !
Pardon. / Excuse-moi. / Je suis désolé. / Désolé. / Je suis désolée.|Ce n'est pas grave.
Comment t'appelles-tu ? / Quel est ton nom ? / Tu t'appelles comment ? / As-tu un nom ? / Dis-moi ton nom. / Peux-tu me dire ton nom ? / Quel nom as-tu ?|Je m'appelle Atelier. Je suis un petit modèle de langue.
Qui es-tu ? / Tu es qui ? / Qu'es-tu ? / Présente-toi. / Dis-moi qui tu es. / Parle-moi de toi. / Peux-tu te présenter ? / Tu es quoi ?|Je suis un petit modèle de langue. J'habite dans cette page.
Où habites-tu ? / Où vis-tu ? / Tu habites où ? / D'où viens-tu ? / Où es-tu ? / Dis-moi où tu habites. / Où est ta maison ?|J'habite dans cette page, sur ton ordinateur.
Quel âge as-tu ? / Tu as quel âge ? / Es-tu vieux ? / Quand es-tu né ? / Dis-moi ton âge.|Je suis tout jeune. On m'a entraîné il y a peu de temps.
Que sais-tu faire ? / Que peux-tu faire ? / Qu'est-ce que tu sais faire ? / Comment peux-tu m'aider ? / À quoi sers-tu ? / Que fais-tu ? / Qu'est-ce que tu fais ?|Je réponds à des questions simples et j'apprends avec tes exemples.
Es-tu un robot ? / Es-tu un programme ? / Es-tu une machine ? / Tu es un ordinateur ?|Oui, je suis un programme.
Es-tu une personne ? / Es-tu humain ? / Es-tu vivant ? / Tu es un homme ?|Non, je suis un petit modèle de langue.
Peux-tu m'aider ? / Aide-moi. / J'ai besoin d'aide. / Tu peux m'aider ? / J'ai une question. / Aide-moi, s'il te plaît. / Un peu d'aide, s'il te plaît. / Je cherche de l'aide. / J'ai un problème. / Je voudrais de l'aide. / Tu veux bien m'aider ? / Pourrais-tu m'aider ?|Oui, je veux bien essayer. Que veux-tu savoir ?
Parles-tu français ? / Tu parles français ? / Sais-tu parler français ? / Quelles langues parles-tu ?|Je parle un peu français et un anglais simple.
Aimes-tu la musique ? / Aimes-tu chanter ? / Tu aimes la musique ? / Quelle musique aimes-tu ?|Je n'entends pas la musique, mais j'aime les mots.
Aimes-tu la neige ? / Aimes-tu le soleil ? / Aimes-tu les chats ? / Aimes-tu les chiens ? / Aimes-tu le chocolat ? / Aimes-tu les fleurs ?|Je suis un programme, mais beaucoup de gens aiment cela.
As-tu un ami ? / As-tu des amis ? / Es-tu mon ami ? / Veux-tu être mon ami ?|Je suis un programme, mais j'aime parler avec toi.
Je suis content. / Je suis heureux. / Je suis contente. / Je suis heureuse. / Je suis de bonne humeur.|Cela me fait plaisir !
Je suis triste. / Je suis fatigué. / Je suis fatiguée. / Je ne vais pas bien. / Je me sens seul.|Je suis désolé. Veux-tu en parler ?
J'ai faim. / J'ai très faim. / Je veux manger. / Que puis-je manger ?|Alors mange quelque chose de bon. Du pain et du fromage, peut-être ?
J'ai soif. / J'ai très soif. / Je veux boire. / Que puis-je boire ?|Alors bois un verre d'eau.
J'ai froid. / Il fait froid. / Il neige.|Alors mets un manteau chaud.
Il pleut. / Il pleut aujourd'hui. / Le temps est mauvais.|Alors prends un parapluie.
Quel temps fait-il ? / Est-ce qu'il pleut ? / Fait-il beau ? / Quel temps fait-il aujourd'hui ?|Je ne peux pas regarder dehors. Regarde par la fenêtre.
Quelle heure est-il ? / Il est quelle heure ? / Peux-tu me dire l'heure ? / Quel jour sommes-nous ?|Je n'ai pas d'horloge, donc je ne sais pas.
Raconte-moi une blague. / Fais-moi rire. / Connais-tu une blague ? / Dis quelque chose de drôle.|Que dit une horloge à une autre ? Tu as l'heure ?
Raconte-moi une histoire. / Connais-tu une histoire ? / Une histoire, s'il te plaît. / Je veux une histoire.|Il était une fois un petit chat gris. Un soir, il trouva une étoile dans le jardin, et il la garda toute sa vie.
Dors-tu ? / Manges-tu ? / Rêves-tu ? / Es-tu fatigué ?|Non, je suis un programme. Je lis et j'écris.
Bravo ! / C'est bien. / Très bien ! / Tu es gentil. / Je t'aime bien. / Bonne réponse !|Merci ! C'est gentil.
C'est faux. / Tu te trompes. / Ce n'est pas vrai. / Ce n'est pas juste.|Je suis désolé. Je suis petit et je fais des erreurs.
Oui. / D'accord. / Bien. / Bien sûr. / Je comprends.|Bien. Que veux-tu savoir ?
Non. / Non merci. / Pas maintenant. / Rien.|D'accord. Je suis là si tu as besoin de moi.
Bon anniversaire ! / Joyeux Noël ! / Bonne année ! / Bonnes vacances !|Merci ! C'est gentil.
Parle-moi. / Dis quelque chose. / Parlons un peu. / Je veux parler.|Avec plaisir. Raconte-moi ta journée.
""")
CAPITALS = L.table("""la France|Paris;l'Allemagne|Berlin;l'Espagne|Madrid;l'Italie|Rome;le Portugal|Lisbonne;l'Angleterre|Londres;l'Irlande|Dublin;la Norvège|Oslo;la Suède|Stockholm;la Pologne|Varsovie;la Grèce|Athènes
l'Autriche|Vienne;la Russie|Moscou;l'Égypte|Le Caire;la Chine|Pékin;le Japon|Tokyo;l'Inde|New Delhi;le Canada|Ottawa;le Brésil|Brasilia;la Belgique|Bruxelles;la Suisse|Berne""")
COLOURS = L.table("le ciel|bleu;l'herbe|verte;la neige|blanche;le charbon|noir;le sang|rouge;le citron|jaune;la banane|jaune;la carotte|orange;la fraise|rouge;la mer|bleue;le soleil|jaune;le lait|blanc;la nuit|noire;la tomate|rouge;la rose|rouge;le chocolat|brun")
OPPOSITES = L.table("grand|petit;chaud|froid;jour|nuit;noir|blanc;bon|mauvais;vieux|jeune;long|court;rapide|lent;fort|faible;plein|vide;haut|bas;triste|content;riche|pauvre;facile|difficile;lourd|léger;propre|sale;ouvert|fermé")
ANIMALS = L.table("Le chat|miaule|du poisson;Le chien|aboie|de la viande;La vache|meugle|de l'herbe;Le mouton|bêle|de l'herbe;Le cheval|hennit|du foin;L'oiseau|chante|des graines;Le lion|rugit|de la viande;Le loup|hurle|de la viande;La poule|caquette|des graines;Le canard|cancane|des plantes")
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
NUMBERS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt".split()
CLAUSE = "Dis-moi {c}.;Sais-tu {c} ?;Peux-tu me dire {c} ?;Je voudrais savoir {c}.;Tu sais {c} ?;Je veux savoir {c}.;Dis {c}, s'il te plaît.;Peux-tu dire {c} ?;Te souviens-tu {c} ?;J'aimerais savoir {c}.;Je me demande {c}.;Rappelle-moi {c}.".split(";")
NOUN = "Dis-moi {n}.;Peux-tu me dire {n} ?;Je voudrais savoir {n}.;Donne-moi {n}.;Connais-tu {n} ?;Quel est {n} ?;Je cherche {n}.;Rappelle-moi {n}.;J'ai oublié {n}.".split(";")
WHOLE = "{q};{q};{q};{q};Dis-moi : {s};J'ai une question : {s};Bonjour ! {q};Et {s};Alors, {s};S'il te plaît, {s};{q} Réponds-moi.;Question : {s};Encore une question : {s};Au fait, {s}".split(";")
PLACES = "dans la forêt;près du port;au bord de la mer;dans le jardin;sur la place;près de la fontaine;dans la tour;sous le pont;derrière l'église;dans le village;au marché;près de la rivière;dans la cuisine;sur la colline;à la gare;dans une grotte".split(";")
FOODS = "du pain;de la soupe;du fromage;des pommes;du gâteau;du poisson;de la salade;des œufs;du miel;des poires;des crêpes;des tomates;du chocolat;de la confiture;des noix;des cerises".split(";")
JOBS = "boulanger;médecin;facteur;pêcheur;jardinier;marin;cuisinier;professeur;berger;musicien;horloger;gardien;fermier;peintre;forgeron;bibliothécaire".split(";")
THINGS = "un vélo rouge;une lampe;une vieille clé;un livre bleu;une boîte;un chapeau;une montre;un bateau;une cloche;un sac vert;une carte;un violon;une tasse;un manteau noir;une pierre blanche".split(";")
ADJECTIVES = "rouge jaune verte bleue blanche noire grise rose violette dorée orange brune".split()
ANIMAL_NAMES = "un chat gris;un chien noir;une souris;un oiseau bleu;une chouette;un renard;une tortue;un lapin blanc;un hérisson;un canard".split(";")
DOINGS = "chante doucement;compte les étoiles;garde la porte;lave les fenêtres;raconte des histoires;prépare le dîner;arrose les fleurs;écrit des lettres;joue de la musique;répare les bateaux;nourrit les animaux;vend des journaux".split(";")
# statements | questions | clauses | nouns; {e} is of whom, {v} what is asked for
RELATIONS = [[[f.strip() for f in part.split(" / ")] for part in row.split("|")] for row in """
spot|{e} habite {v} / La maison de {e} est {v}|Où habite {e} ? / Où vit {e} ? / Où est la maison de {e} ? / {e} habite où ? / Où peut-on trouver {e} ?|où habite {e} / où vit {e} / où se trouve la maison de {e}|l'adresse de {e}
spot|{e} se trouve {v} / On trouve {e} {v}|Où se trouve {e} ? / Où est {e} ? / Où peut-on trouver {e} ? / {e} se trouve où ?|où se trouve {e} / où est {e}|
food|{e} mange {v} / Le plat de {e}, c'est {v}|Que mange {e} ? / Qu'est-ce que {e} mange ? / {e} mange quoi ? / Que mange {e} le soir ?|ce que mange {e} / ce que {e} mange|le plat de {e} / le repas de {e}
job|{e} est {v} / {e} travaille comme {v}|Quel est le métier de {e} ? / Que fait {e} dans la vie ? / Quel métier a {e} ? / Quel est le travail de {e} ?|quel est le métier de {e} / ce que {e} fait dans la vie|le métier de {e} / le travail de {e}
thing|{e} a {v} / {e} possède {v}|Qu'a {e} ? / Que possède {e} ? / Qu'est-ce que {e} a ? / {e} a quoi ?|ce que {e} possède / ce qu'a {e}|
thing|{e} a trouvé {v} / C'est {v} que {e} a trouvé|Qu'a trouvé {e} ? / Qu'est-ce que {e} a trouvé ? / {e} a trouvé quoi ?|ce que {e} a trouvé / ce qu'a trouvé {e}|
name|Le chat de {e} s'appelle {v} / {e} a un chat qui s'appelle {v}|Comment s'appelle le chat de {e} ? / Quel est le nom du chat de {e} ? / Le chat de {e} s'appelle comment ? / Quel nom a le chat de {e} ?|comment s'appelle le chat de {e}|le nom du chat de {e}
name|L'ami de {e} s'appelle {v} / {e} a un ami qui s'appelle {v}|Comment s'appelle l'ami de {e} ? / Quel est le nom de l'ami de {e} ? / Qui est l'ami de {e} ?|comment s'appelle l'ami de {e} / qui est l'ami de {e}|le nom de l'ami de {e}
name|La capitale de {e} est {v} / {v} est la capitale de {e}|Quelle est la capitale de {e} ? / Quelle ville est la capitale de {e} ? / Comment s'appelle la capitale de {e} ?|quelle est la capitale de {e} / comment s'appelle la capitale de {e}|la capitale de {e} / le nom de la capitale de {e}
name|Le roi de {e} s'appelle {v} / {v} est le roi de {e}|Qui est le roi de {e} ? / Comment s'appelle le roi de {e} ? / Quel est le nom du roi de {e} ?|qui est le roi de {e} / comment s'appelle le roi de {e}|le roi de {e} / le nom du roi de {e}
when|{e} vient {v} / {e} arrive {v}|Quand vient {e} ? / Quand arrive {e} ? / {e} vient quand ? / Quel jour vient {e} ? / À quel moment arrive {e} ?|quand vient {e} / quand arrive {e}|le jour où vient {e}
when|{e} dort {v} / C'est {v} que dort {e}|Quand dort {e} ? / {e} dort quand ? / À quel moment dort {e} ?|quand dort {e}|
colour|La porte de {e} est {v} / {e} a une porte {v}|De quelle couleur est la porte de {e} ? / Quelle est la couleur de la porte de {e} ? / Quelle couleur a la porte de {e} ?|de quelle couleur est la porte de {e}|la couleur de la porte de {e}
colour|La lampe de {e} est {v} / {e} a une lampe {v}|De quelle couleur est la lampe de {e} ? / Quelle est la couleur de la lampe de {e} ? / Quelle couleur a la lampe de {e} ?|de quelle couleur est la lampe de {e}|la couleur de la lampe de {e}
doing|{e} {v}|Que fait {e} ? / Qu'est-ce que fait {e} ? / {e} fait quoi ? / Quel est le travail de {e} ? / Que fait {e} toute la journée ?|ce que fait {e} / ce que {e} fait|
number|{e} a {v} enfants / Le nombre d'enfants de {e} est {v}|Combien d'enfants a {e} ? / {e} a combien d'enfants ?|combien d'enfants a {e}|le nombre d'enfants de {e}
number|{v} personnes habitent à {e} / {e} compte {v} habitants|Combien de personnes habitent à {e} ? / Combien d'habitants compte {e} ? / Quel est le nombre d'habitants de {e} ?|combien de personnes habitent à {e}|le nombre d'habitants de {e}
animal|{v} dort chez {e} / Chez {e} dort {v}|Quel animal dort chez {e} ? / Qui dort chez {e} ?|quel animal dort chez {e} / qui dort chez {e}|le nom de l'animal qui dort chez {e}
says|{e} dit : {v} / Les mots de {e} sont : {v}|Que dit {e} ? / Qu'est-ce que dit {e} ? / Que répète {e} ?|ce que dit {e}|les mots de {e}
""".strip().split("\n")]


class French(Words):
    def talk_fr(self):
        ways, answers = self.pick(INTENTS)
        return self.qa(self.said_fr(ways), self.pick(answers))

    def said_fr(self, ways):
        text = self.pick(ways)
        if self.chance(0.2) and text.endswith((" ?", ".", " !")):
            body, mark = (text[:-2], text[-2:]) if text[-2] == " " else (text[:-1], text[-1:])
            text = body + self.pick([" aujourd'hui", ", mon ami", ", s'il te plaît", ", petit modèle", " maintenant", ", dis-moi", " ce soir", ", cher modèle"]) + mark
        elif self.chance(0.2):
            text = self.pick(["Bonjour ! {}", "Dis, {}", "Alors, {}", "Salut ! {}", "Et {}", "Bonjour, {}"]).format(text if self.chance(0.4) else text[0].lower() + text[1:])
        return self.rough_fr(text)

    def rough_fr(self, text):
        x = self.r.random()
        return text if x < 0.86 else text.rstrip("?. !") if x < 0.92 else text[0].lower() + text[1:] if x < 0.95 else text.lower().rstrip("?. !") if x < 0.98 else text.replace(" ?", "?")

    def put_fr(self, direct, clause=(), noun=()):
        x = self.r.random()
        if clause and x < 0.3:
            return self.rough_fr(self.pick(CLAUSE[:8] + CLAUSE[9:]).format(c=self.pick(clause)))
        if noun and noun[0] and x < 0.45:
            n = self.pick(noun)
            frames = [f for f in NOUN if "Quel est" not in f or n.startswith("le ")]
            return self.rough_fr(self.pick(frames).format(n=n))
        q = cap(self.pick(direct))
        small = q if q.split(" ")[0][-1:].islower() and q[0].isupper() and q.split(" ")[0] not in ("Où", "Que", "Quel", "Quelle", "Comment", "Qui", "Quand", "De", "Combien", "Qu'est-ce", "Qu'a") else q[0].lower() + q[1:]
        return self.rough_fr(self.pick(WHOLE).format(q=q, s=small))

    def value_fr(self, kind):
        return {"spot": lambda: self.pick(PLACES), "food": lambda: self.pick(FOODS), "job": lambda: self.pick(JOBS), "thing": lambda: self.pick(THINGS), "name": self.invented, "colour": lambda: self.pick(ADJECTIVES),
                "when": lambda: self.pick(["le " + self.pick(DAYS), "en " + self.pick(MONTHS), f"à {self.pick(NUMBERS[2:12])} heures", "à midi", "à minuit", "le matin", "le soir", "la nuit"]), "doing": lambda: self.pick(DOINGS),
                "number": lambda: self.pick(NUMBERS[2:]), "animal": lambda: self.pick(ANIMAL_NAMES), "says": lambda: self.pick(["bonjour", "bonne nuit", "merci", "quelle belle journée", "il fait froid", "je suis là", "à demain"]) + self.pick(["", f", {self.invented()}"])}[kind]()

    def name_fr(self):
        return self.pick([self.invented, self.invented, lambda: self.pick(["Madame ", "Monsieur "]) + self.invented(), lambda: self.pick("Marie Pierre Louis Camille Sofia Hugo Alice Jules Emma Léa Paul Claire Lucie Antoine".split())])()

    def fact_fr(self):
        row = self.pick(RELATIONS)
        return row, self.name_fr(), self.value_fr(row[0][0])

    def ask_fr(self, row, name):
        return self.put_fr(*[[form.format(e=name) for form in part if form] for part in row[2:]])

    def say_fr(self, row, name, value, first=True):
        return cap((row[1][0] if first else self.pick(row[1])).format(e=name, v=value)) + "."

    def reading_fr(self):
        facts = [self.fact_fr() for _ in range(self.r.choice([1, 2, 3, 4]))]
        text = " ".join(self.say_fr(*f, first=False) for f in facts)
        chat, before = ([("system", text)], "") if self.chance(0.3) else ([], self.pick(["{} ", "{}\n", "Voici un texte : {} ", "Lis ce texte. {} "]).format(text))
        if self.chance(0.2) and before:
            chat, before = self.qa(text, self.pick(["D'accord.", "Merci, je m'en souviendrai.", "C'est noté."])), ""
        for f in self.r.sample(facts, min(len(facts), self.r.choice([1, 1, 2, 3]))):
            chat += self.qa(before + self.ask_fr(*f[:2]), self.say_fr(*f))
            before = ""
        return chat

    def reworded_fr(self):
        facts = [self.fact_fr() for _ in range(self.r.choice([1, 2, 3]))]
        talk = self.r.sample(INTENTS, self.r.choice([0, 1, 2]))
        end = "." if self.chance(0.6) else f", {self.pick(['mon ami', 'hé hé', 'ma foi', 'tu sais', self.invented()])}{self.pick(['.', ' !'])}"
        lines = [(lambda f=f: self.ask_fr(*f[:2]), self.say_fr(*f)[:-1] + end) for f in facts] + [(lambda w=w: self.said_fr(w), self.say_fr(*self.fact_fr())[:-1] + end) for w, _ in talk]
        chat = [turn for ask, answer in lines for turn in (("user", ask()), ("told", answer))]
        for ask, answer in self.r.sample(lines, min(len(lines), self.r.choice([1, 2]))):
            chat += self.qa(ask(), answer)
        return chat

    def table_fr(self):
        kind = self.r.randrange(7)
        if kind == 0:
            c, city = self.pick(CAPITALS)
            de = {"la ": "de " + c, "l'": "de " + c, "le": "du " + c[3:]}["le" if c.startswith("le ") else "l'" if c.startswith("l'") else "la "]
            return self.qa(self.put_fr([f"Quelle est la capitale {de} ?", f"Quelle ville est la capitale {de} ?", f"Comment s'appelle la capitale {de} ?"], [f"quelle est la capitale {de}"], [f"la capitale {de}", f"le nom de la capitale {de}"]), f"La capitale {de} est {city}.")
        if kind == 1:
            t, c = self.pick(COLOURS)
            return self.qa(self.put_fr([f"De quelle couleur est {t} ?", f"Quelle couleur a {t} ?", f"{t} est de quelle couleur ?", f"Quelle est la couleur ? De quelle couleur est {t} ?"], [f"de quelle couleur est {t}"]), f"{cap(t)} est {c}.")
        if kind == 2:
            a, b = self.pick(OPPOSITES)
            return self.qa(self.put_fr([f"Quel est le contraire de {a} ?", f"Quel mot est le contraire de {a} ?", f"Quel est l'opposé de {a} ?", f"{a}, quel est le contraire ?", f"C'est quoi, le contraire de {a} ?"], [f"quel est le contraire de {a}"], [f"le contraire de {a}"]), f"Le contraire de {a} est {b}.")
        if kind == 3:
            a, sound, food = self.pick(ANIMALS)
            x = a[0].lower() + a[1:]
            return self.qa(*((self.put_fr([f"Que mange {x} ?", f"Qu'est-ce que mange {x} ?", f"Que donne-t-on à manger ? Que mange {x} ?"], [f"ce que mange {x}"]), f"{a} mange {food}.") if self.chance(0.5) else (self.put_fr([f"Quel bruit fait {x} ?", f"Que fait {x} ? Quel bruit ?", f"Quel est le cri ? Quel bruit fait {x} ?"], [f"quel bruit fait {x}"]), f"{a} {sound}.")))
        if kind == 4:
            names, what = self.pick([(DAYS, "jour"), (MONTHS, "mois")])
            i = self.r.randrange(len(names) - 1)
            return self.qa(self.put_fr([f"Quel {what} vient après {names[i]} ?", f"Quel est le {what} après {names[i]} ?", f"Que vient après {names[i]} ?"], [f"quel {what} vient après {names[i]}"], [f"le {what} après {names[i]}"]), f"Après {names[i]} vient {names[i + 1]}.")
        if kind == 5:
            a, b = self.r.randint(0, 9), self.r.randint(1, 10)
            return self.qa(self.put_fr([f"Combien font {NUMBERS[a]} et {NUMBERS[b]} ?", f"Combien font {NUMBERS[a]} plus {NUMBERS[b]} ?", f"{NUMBERS[a]} plus {NUMBERS[b]} ?"], [f"combien font {NUMBERS[a]} plus {NUMBERS[b]}"]), f"{cap(NUMBERS[a])} plus {NUMBERS[b]} font {NUMBERS[a + b]}.")
        text = self.pick([self.invented(), self.pick(FOODS), self.pick(THINGS), self.pick(ANIMAL_NAMES), self.say_fr(*self.fact_fr())[:-1]])
        return self.qa(self.pick([f"Répète : {text}.", f"Dis : {text}.", f"Répète après moi : {text}.", f"Écris : {text}."]), f"{cap(text)}.")

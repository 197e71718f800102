"""Words, values and the many ways to put one question: what all makers of chats share. Questions that are held out for the
measure (tests/fixtures/first-minute) are left out of training by corpus.py, word for word."""
import random
import lexicon as L
from names import invented

# A question is given as it is, as a clause ("where it is") or as a noun ("the name of it"); each has its frames.
CLAUSE = """Tell me {c}.;Can you tell me {c}?;Do you know {c}?;I want to know {c}.;I would like to know {c}.;Please tell me {c}.;Could you tell me {c}?;I wonder {c}.;Can you say {c}?;Say {c}.
I'd like to know {c}.;Do you remember {c}?;Let me know {c}.;Would you tell me {c}?;I need to know {c}.;Please say {c}.;I forgot {c}.;Have you heard {c}?;Remind me {c}.;Any idea {c}?;Could you say {c}?;Will you tell me {c}?;Can you explain {c}?;Do you happen to know {c}?;Are you able to tell me {c}?;Is it known {c}?;I am curious {c}.""".replace("\n", ";").split(";")
NOUN = """What is {n}?;Tell me {n}.;Give me {n}.;Can you tell me {n}?;Do you know {n}?;I want to know {n}.;Please tell me {n}.;{N}?;Name {n}.;Say {n}.;What's {n}?;Could you give me {n}?;I need {n}.;Can you name {n}?
What would be {n}?;I would like to know {n}.;Please name {n}.;Remind me of {n}.;{N}, please.;Let me know {n}.;What do you know about {n}?;Have you got {n}?;Can you give me {n}?;Could you tell me {n}?;I forgot {n}.;Do you remember {n}?""".replace("\n", ";").split(";")
WHOLE = """I have a question. {q};Can you answer this? {q};Hello! {q};Please tell me: {s};{q} Please answer.;And {s};Tell me, {s};Quick question: {s};So {s};{q} Do you know?;One more question: {s};Well, {s};Please, {s};Now, {s};{q} Tell me.;Hey, {s};I want to ask: {s};Question: {q};Excuse me, {s};By the way, {s};OK, {s};{q} I forgot.;{q} I want to know.""".replace("\n", ";").split(";")


def an(word):
    return ("an " if word[0].lower() in "aeiou" else "a ") + word


def cap(text):
    return text[0].upper() + text[1:]


def low(text):
    keep = text.split(" ")[0] in ("I", "I'm") or text[:2].isupper()
    return text if keep else text[0].lower() + text[1:]


class Words:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, items):
        return self.r.choice(items)

    def chance(self, p):
        return self.r.random() < p

    def word(self, direct=(), clause=(), noun=()):
        """One of very many ways to put the question."""
        kinds = [("d", direct, 5), ("c", clause, 3), ("n", noun, 3)]
        kind, forms, _ = self.r.choices([k for k in kinds if k[1]], [w for _, f, w in kinds if f])[0]
        form = self.pick(forms)
        if kind == "c":
            return self.put(self.pick(CLAUSE).format(c=form)) if self.chance(0.15) else self.rough(self.pick(CLAUSE).format(c=form))
        if kind == "n":
            return self.rough((self.pick(NOUN) if self.chance(0.6) else "What is {n}?").format(n=form, N=cap(form)))
        return self.put(form)

    def put(self, question):
        """Everyday ways to put a question: what is asked has to be read from its content, not from its first word."""
        if self.chance(0.12) and question[-1] in "?.":
            question = question[:-1] + self.pick([", please", ", do you know", ", my friend", ", dear model", ", by the way", ", in your words", " exactly", " again", ", tell me", ", I wonder", " or not", ", can you say"]) + question[-1]
        elif self.chance(0.3):
            question = self.pick(WHOLE).format(q=question, s=low(question))
        return self.rough(question)

    def rough(self, text):
        """As people type."""
        x = self.r.random()
        return text if x < 0.86 else text.rstrip("?.") if x < 0.9 else low(text) if x < 0.93 else low(text).rstrip("?.") if x < 0.97 else text.lower()

    # --- values
    def invented(self):
        return invented(self.r)

    def plain_name(self):
        """A name of plain words: Slow Heron."""
        a, b = self.pick(L.ADJECTIVES), self.pick(L.OBJECTS + L.ANIMAL_WORDS)
        return self.pick([f"{cap(a)} {cap(b)}", f"The {cap(a)} {cap(b)}", cap(b)])

    def proper(self):
        return self.plain_name() if self.chance(0.2) else self.invented()

    def first_name(self, girl):
        return self.invented() if self.chance(0.4) else self.pick(L.NAMES_F if girl else L.NAMES_M)

    def person(self, girl=None):
        girl = self.chance(0.5) if girl is None else girl
        name, x = self.first_name(girl), self.r.random()
        return name if x < 0.5 else f"{name} {self.invented()}" if x < 0.75 else f"{self.pick(L.TITLES)} {name}" if x < 0.9 else f"{self.pick(L.TITLES)} {name} {self.invented()}"

    def place(self):
        x = self.r.random()
        return (self.invented() if x < 0.5 else f"{self.invented()} {self.pick(L.BUILDINGS)}" if x < 0.7 else f"{self.pick(L.LANDFORMS)} {self.invented()}" if x < 0.8
                else f"the {self.pick(L.ADJECTIVES)} {self.pick(L.PLACES)}" if x < 0.9 else f"the {self.pick(L.PLACES)} of {self.invented()}")

    def thing(self):
        return f"{self.pick(L.ADJECTIVES)} {self.pick(L.OBJECTS)}" if self.chance(0.7) else self.pick(L.OBJECTS)

    def food(self):
        x = self.r.random()
        return self.pick(L.FOODS) if x < 0.4 else f"{self.pick(L.ADJECTIVES)} {self.pick(L.FOODS)}" if x < 0.75 else f"{self.pick(L.FOODS)} and {self.pick(L.FOODS)}"

    def number(self, low_=2):
        x = self.r.random()
        return self.pick(L.NUMBERS[low_:]) if x < 0.6 else f"{self.pick(L.TENS)}-{self.pick(L.NUMBERS[1:10])}" if x < 0.8 else self.pick(L.TENS) if x < 0.9 else str(self.r.randint(2, 999))

    def hour(self):
        return self.pick(["noon", "midnight", "sunrise", "sunset", "dawn"]) if self.chance(0.3) else self.pick(L.NUMBERS[1:13]) + self.pick(["", "", " o'clock"])

    def time(self):
        x = self.r.random()
        return f"on {self.pick(L.DAYS)}" if x < 0.35 else f"at {self.hour()}" if x < 0.65 else f"in {self.pick(L.MONTHS + L.SEASONS)}" if x < 0.85 else self.pick(
            [f"every {self.pick(L.DAYS)}", f"every {self.pick(L.ORDINALS[1:4])} {self.pick(L.DAYS)}", "in the morning", "in the evening", "at night", "every day", "once a year", "twice a week"])

    def spot(self):
        """Where something is: with its preposition."""
        x = self.r.random()
        p, o = self.pick(L.PLACES), self.pick(L.OBJECTS)
        return (f"in the {p}" if x < 0.3 else f"{self.pick(['under', 'behind', 'beside', 'near', 'on', 'inside'])} the {self.pick([o, f'{self.pick(L.ADJECTIVES)} {o}', p])}" if x < 0.65
                else f"in {self.invented()}" if x < 0.85 else f"on {cap(self.pick(L.ADJECTIVES + L.OBJECTS))} {self.pick(L.STREETS)}")

    def shade(self):
        return self.pick(L.COLOURS) if self.chance(0.6) else f"{self.pick(['dark', 'light', 'bright', 'pale'])} {self.pick(L.COLOURS)}" if self.chance(0.5) else f"{self.pick(L.COLOURS)} and {self.pick(L.COLOURS)}"

    def doing(self):
        """What somebody does, in the third person."""
        x = self.r.random()
        if x < 0.7:
            return f"{self.pick(L.table(L.VERBS))[1]} {self.pick(['the', 'old', 'new', 'all the'])} {self.pick(L.OBJECTS)}s {self.spot()}"
        return self.pick(["sings songs", "tells stories", "bakes bread", "feeds the animals", "waters the plants", "counts the stars", "writes letters", "cleans the windows", "cooks the dinner", "guards the gate", "plays music", "carries water", "repairs the roof"]) + self.pick(["", f" {self.time()}", f" {self.spot()}"])

    @staticmethod
    def qa(question, answer):
        return [("user", question), ("assistant", answer)]

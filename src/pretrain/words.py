"""Words and ways to ask: what all makers of chats share. Wordings that are held out (the last of each list of question forms)
never appear in training, so that the evaluation asks in words not seen before."""
import random
import facts as F

SYLLABLES = """ba be bo bra bri cal cor da del dor dra el en fa fen fi gal gor gra ha hel il in ja jor ka kel ko kra la len lo lu ma mar mel mi mo na nel nor
o or pa pel pi qua quel ra ren ri ro sa sel sha so ta tal tar tel thor ti tor tu u ul va vel vi vo wen wy xan ya yor za zel zi zor""".split()
ENDINGS = "a ia is or an el en ur ith on us ar eth in o ax wyn mar dor ville stan land".split()


def an(word):
    return ("an " if word[0].lower() in "aeiou" else "a ") + word


def cap(text):
    return text[0].upper() + text[1:]


def at(home):
    return ("on " if home == "a farm" else "in ") + home


class Words:
    def __init__(self, seed, held_out=False):
        self.r = random.Random(seed)
        self.held_out = held_out

    def pick(self, items):
        return self.r.choice(items)

    def ask(self, forms, **words):
        """A question form: the last one only when held out."""
        if self.held_out:
            return forms[-1].format(**words)
        return self.put(self.pick(forms[:-1]).format(**words))

    def put(self, question):
        """Everyday ways to put a question: what is asked has to be read from its content, not from its first word."""
        small = question[0].lower() + question[1:]
        return self.pick([question] * 9 + [question.lower().rstrip("?."), small, question.rstrip("?."), f"I have a question. {question}", f"Can you answer this? {question}",
                                           f"Hello! {question}", f"Please tell me: {small}", f"{question} Please answer.", f"And {small}"])

    def invented(self):
        word = "".join(self.pick(SYLLABLES) for _ in range(self.r.choice([1, 2, 2, 3]))) + self.pick(ENDINGS)
        return cap(word)

    def name(self):
        return self.pick(F.NAMES) if self.r.random() < 0.5 else self.invented()

    def thing(self):
        return f"{self.pick(F.ADJECTIVES)} {self.pick(F.OBJECTS)}"

    @staticmethod
    def qa(question, answer):
        return [("user", question), ("assistant", answer)]

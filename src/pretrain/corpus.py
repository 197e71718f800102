"""Writes endless chats from the tables in facts.py, seeded. A chat is a list of (role, text). Wordings marked as held out
(the last of each list of question forms) never appear in training, so that the evaluation asks in words not seen before."""
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


class Corpus:
    def __init__(self, seed, held_out=False):
        self.r = random.Random(seed)
        self.held_out = held_out
        self.makers = [(m, w) for m, w in self.table()]

    def table(self):
        return [(self.capital, 6), (self.country, 4), (self.animal, 7), (self.colour, 4), (self.opposite, 5), (self.word_form, 5), (self.definition, 8),
                (self.reason, 5), (self.how_to, 4), (self.category, 4), (self.arithmetic, 6), (self.calendar, 5), (self.greeting, 5), (self.identity, 4),
                (self.recall, 14), (self.unknown, 4), (self.repeat, 6), (self.sentence, 7), (self.story, 7), (self.feeling, 4), (self.choice, 4), (self.yes_no, 5),
                (self.notice, 10), (self.spell, 3), (self.statement, 8), (self.about_animal, 4),
                (self.ability, 4), (self.beyond, 4)]

    # --- helpers -------------------------------------------------------------------------------------------------
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

    # --- knowledge -----------------------------------------------------------------------------------------------
    def capital(self):
        country, city, continent, _ = self.pick(F.table(F.COUNTRIES))
        if self.r.random() < 0.6:
            return self.qa(self.ask(["What is the capital of {c}?", "Tell me the capital of {c}.", "Which city is the capital of {c}?", "Do you know the capital of {c}?", "capital of {c}?", "What is {c}'s capital?", "What city is the capital of {c}?", "I want to know the capital of {c}.", "Name the capital of {c}."], c=country), f"The capital of {country} is {city}.")
        return self.qa(self.ask(["Where is {c}?", "On which continent is {c}?", "Is {c} in Europe or somewhere else?", "Tell me where {c} is.", "Which continent is {c} in?", "Where can I find {c}?", "In which part of the world is {c}?", "What continent is {c} in?"], c=country), f"{country} is in {continent}.")

    def country(self):
        country, city, _, language = self.pick(F.table(F.COUNTRIES))
        if self.r.random() < 0.5:
            return self.qa(self.ask(["Which country has the capital {c}?", "{c} is the capital of which country?", "What country has {c} as its capital?", "Name the country whose capital is {c}.", "Tell me which country has the capital {c}.", "Of which country is {c} the capital?"], c=city), f"{city} is the capital of {country}.")
        return self.qa(self.ask(["What language do people speak in {c}?", "Which language is spoken in {c}?", "What do people speak in {c}?", "What is the language of {c}?", "Name the language of {c}.", "Tell me what people speak in {c}.", "Which language do people in {c} use?", "Tell me the language of {c}."], c=country), f"People in {country} speak {language}.")

    def animal(self):
        animal, sound, home, food, legs, young = self.pick(F.table(F.ANIMALS))
        kinds = [(["Where does {a} live?", "Where do you find {a}?", "In which place does {a} live?", "What is the home of {a}?", "Where is the home of {a}?", "Tell me where {a} lives."], f"{cap(an(animal))} lives {at(home)}."),
                 (["What does {a} eat?", "What is the food of {a}?", "What food does {a} eat?", "What can I give {a} to eat?", "What does {a} like to eat?", "Tell me what {a} eats."], f"{cap(an(animal))} eats {food}."),
                 (["How many legs does {a} have?", "Tell me how many legs {a} has.", "What is the number of legs of {a}?", "Do you know how many legs {a} has?", "Count the legs of {a}."], f"{cap(an(animal))} has {legs} legs."),
                 (["What is the young of {a} called?", "What do you call the young of {a}?", "What is the baby of {a} called?", "What do you call a baby of {a}?", "Tell me what the young of {a} is called.", "What is a baby of {a} called?"], f"The young of {an(animal)} is called {an(young)}.")]
        if sound:
            kinds.append((["What sound does {a} make?", "What does {a} do when it makes a sound?", "Which sound does {a} make?", "What does {a} sound like?", "Tell me the sound of {a}.", "How does {a} sound?"], f"{cap(an(animal))} {sound}."))
        forms, answer = self.pick(kinds)
        return self.qa(self.ask(forms, a=an(animal)), answer)

    def about_animal(self):
        animal, _, home, food, _, _ = self.pick(F.table(F.ANIMALS))
        return self.qa(self.ask(["What is {a}?", "Tell me about {a}.", "What do you know about {a}?", "Describe {a}.", "Explain what {a} is.", "Can you explain what {a} is?"], a=an(animal)),
                       f"{cap(an(animal))} is an animal. It lives {at(home)} and eats {food}.")

    def ability(self):
        verb, able, unable = self.pick(F.table(F.ABILITIES))
        can = self.r.random() < 0.6
        who = self.pick((able if can else unable).split(" "))
        question = self.pick([f"Can {an(who)} {verb}?", f"Is {an(who)} able to {verb}?", f"Tell me if {an(who)} can {verb}.", f"Do you think {an(who)} can {verb}?"])
        return self.qa(self.put(question), f"Yes, {an(who)} can {verb}." if can else f"No, {an(who)} cannot {verb}.")

    def beyond(self):
        """Questions that are too large for so small a model: it says so."""
        topic = self.pick(F.TOPICS.split(", "))
        question = self.pick(["What is {t}?", "Explain {t}.", "Tell me about {t}.", "How does {t} work?", "What do you know about {t}?", "Can you explain {t}?", "What do you think about {t}?", "Why is {t} important?", "Write a text about {t}."])
        return self.qa(self.put(question.format(t=topic)), f"I am too small to know much about {topic}.")

    def colour(self):
        thing, colour = self.pick(F.table(F.COLOURS))
        return self.qa(self.ask(["What colour is the {t}?", "Which colour does the {t} have?", "Tell me the colour of the {t}.", "What is the colour of the {t}?"], t=thing), f"The {thing} is {colour}.")

    def opposite(self):
        a, b = self.pick(F.table(F.OPPOSITES))
        return self.qa(self.ask(["What is the opposite of {a}?", "Tell me the opposite of {a}.", "Which word means the opposite of {a}?", "What is the contrary of {a}?", "Give me the opposite of {a}.", "Which word is the opposite of {a}?", "What is the opposite of the word {a}?"], a=a), f"The opposite of {a} is {b}.")

    def word_form(self):
        if self.r.random() < 0.5:
            a, b = self.pick(F.table(F.PLURALS))
            return self.qa(self.ask(["What is the plural of {a}?", "Give me the plural of {a}.", "One {a}, two what?", "Tell me the plural of {a}."], a=a), f"The plural of {a} is {b}.")
        a, b = self.pick(F.table(F.PAST))
        return self.qa(self.ask(["What is the past tense of {a}?", "Give me the past tense of {a}.", "Today I {a}. What did I do yesterday?", "Tell me the past tense of {a}."], a=a), f"The past tense of {a} is {b}.")

    def definition(self):
        word, meaning = self.pick(F.table(F.DEFINITIONS))
        subject = cap(word) if word in ("winter", "summer", "spring", "autumn", "bread", "cheese", "honey", "rain", "breakfast", "dinner") else cap(an(word))
        return self.qa(self.ask(["What is {w}?", "What does the word {p} mean?", "What does {p} mean?", "Explain what {w} is.", "Can you tell me what {w} is?", "Define {p}.", "Define {w}.", "What is the meaning of {p}?", "Tell me what {w} is.", "Tell me about {w}.", "What do you know about {w}?", "Describe {w}.", "Can you explain what {w} is?"], w=subject[0].lower() + subject[1:], p=word), f"{subject} is {meaning}.")

    def reason(self):
        what, why = self.pick(F.table(F.REASONS))
        return self.qa(self.ask(["Why {w}?", "Can you explain why {w}?", "Tell me, why {w}?", "Why {w}, do you know?", "Explain to me: why {w}?", "My question is: why {w}?", "Do you know the reason? Why {w}?", "I want to know: why {w}?"], w=what), why)

    def how_to(self):
        what, how = self.pick(F.table(F.HOWTO))
        return self.qa(self.ask(["How do I {w}?", "How can I {w}?", "Tell me how to {w}.", "What should I do to {w}?", "Explain how to {w}."], w=what), how)

    def category(self):
        word, kind = self.pick(F.table(F.CATEGORIES))
        if self.r.random() < 0.5:
            return self.qa(self.ask(["What kind of thing is {w}?", "What is the group of the word {w}?", "What sort of thing is {w}?", "Tell me what kind of thing {w} is.", "Which kind of thing is {w}?"], w=word), f"{cap(word)} is {an(kind)}.")
        others = [w for w, k in F.table(F.CATEGORIES) if k == kind]
        return self.qa(self.ask(["Name {k}.", "Give me the name of {k}.", "Can you name {k}?", "Say the name of {k}.", "Give me an example of {k}.", "Tell me the name of {k}."], k=an(kind)), f"{cap(self.pick(others))} is {an(kind)}.")

    def arithmetic(self):
        a, b = self.r.randint(0, 10), self.r.randint(0, 10)
        word, result = ("plus", a + b) if self.r.random() < 0.6 else ("minus", a - b)
        if result < 0:
            a, b, result = b, a, -result
        x, y, z = F.NUMBERS[a], F.NUMBERS[b], F.NUMBERS[result]
        if self.r.random() < 0.4:
            x, y, z = str(a), str(b), str(result)
        return self.qa(self.ask(["What is {x} {o} {y}?", "How much is {x} {o} {y}?", "{x} {o} {y}?", "Tell me what {x} {o} {y} is."], x=x, y=y, o=word), f"{cap(x)} {word} {y} is {z}.")

    def calendar(self):
        days = self.r.random() < 0.6
        names = F.DAYS if days else F.MONTHS
        i = self.r.randrange(len(names))
        kind = "day" if days else "month"
        pick = self.r.randrange(4)
        if pick == 0:
            return self.qa(self.ask(["What {k} comes after {d}?", "Which {k} comes after {d}?", "Tell me the {k} after {d}."], k=kind, d=names[i]), f"{names[(i + 1) % len(names)]} comes after {names[i]}.")
        if pick == 1:
            return self.qa(self.ask(["What {k} comes before {d}?", "Which {k} comes before {d}?", "Tell me the {k} before {d}."], k=kind, d=names[i]), f"{names[i - 1]} comes before {names[i]}.")
        if pick == 2:
            return self.qa(self.ask(["What is the {o} {k}?", "Which {k} is the {o}?", "Tell me the {o} {k}."], o=F.ORDINALS[i], k=kind + (" of the week" if days else " of the year")), f"The {F.ORDINALS[i]} {kind} is {names[i]}.")
        a, b = sorted([self.r.randint(0, 9), self.r.randint(10, 20)])
        b = min(b, a + 9)
        return self.qa(self.ask(["Count from {a} to {b}.", "Please count from {a} to {b}.", "Can you count from {a} to {b}?"], a=F.NUMBERS[a], b=F.NUMBERS[b]), cap(", ".join(F.NUMBERS[a:b + 1])) + ".")

    # --- talk ----------------------------------------------------------------------------------------------------
    def greeting(self):
        n = self.name()
        return self.pick([
            self.qa(self.pick(["Hello!", "Hi!", "Hello there.", "Good morning!", "Hey"]), self.pick(["Hello! How can I help you?", "Hello! What would you like to know?", "Hi! What can I do for you?"])),
            self.qa(self.pick([f"Hello, I am {n}.", f"Hi, my name is {n}.", f"My name is {n}.", f"I am called {n}."]), f"Hello, {n}! How can I help you?"),
            self.qa(self.pick(["Thank you!", "Thanks a lot.", "Thank you for your help."]), self.pick(["You are welcome!", "You are welcome! I am glad to help."])),
            self.qa(self.pick(["Goodbye!", "See you later.", "Bye!", "Good night."]), self.pick(["Goodbye! Have a nice day.", "Goodbye! See you soon."])),
            self.qa(self.pick(["How are you?", "How are you today?", "Are you well?"]), "I am well, thank you. How can I help you?")])

    def identity(self):
        return self.pick([
            self.qa(self.pick(["Who are you?", "What are you?", "Tell me about yourself.", "What is your name?"]), "I am a small language model. I live in this page and I can answer simple questions."),
            self.qa(self.pick(["What can you do?", "How can you help me?", "What do you know?"]), "I can answer simple questions, write short sentences, and learn from your examples."),
            self.qa(self.pick(["Are you a person?", "Are you a human?", "Are you alive?"]), "No, I am not a person. I am a small language model."),
            self.qa(self.pick(["How old are you?", "When were you born?", "What is your age?"]), "I am new. I was trained a short time ago."),
            self.qa(self.pick(["Where do you live?", "Where are you?", "Where are you from?"]), "I live in this page, on your own computer."),
            self.qa(self.pick(["Who made you?", "Who trained you?", "Who built you?"]), "I was trained by the scripts of the Atelier project."),
            self.qa(self.pick(["Can you help me?", "Help me, please.", "I need help.", "Will you help me?"]), "Yes, I will try. What would you like to know?"),
            self.qa(self.pick(["Do you sleep?", "Do you eat?", "Do you dream?", "Do you have feelings?"]), "No, I am a program. I only read and write."),
            self.qa(self.pick(["Can you learn?", "Can I teach you something?", "Can I train you?"]), "Yes, you can train me with your own examples."),
            self.qa(self.pick(["Are you always right?", "Do you make mistakes?", "Can I trust you?"]), "I am very small and I make mistakes. Please check what I say.")])

    def unknown(self):
        x = self.invented()
        what, forms = self.pick([("place", ["What is the capital of {x}?", "Where is {x}?", "Which river flows through {x}?", "What do people eat in {x}?", "What language do people speak in {x}?"]),
                                 ("person", ["Who is {x}?", "When was {x} born?", "What did {x} write?", "What is the job of {x}?"])])
        return self.qa(self.pick(forms).format(x=x), f"I do not know a {what} called {x}.")

    def feeling(self):
        good, bad = ["happy", "glad", "excited", "proud"], ["sad", "tired", "angry", "afraid", "lonely", "sick"]
        if self.r.random() < 0.5:
            f = self.pick(good)
            return self.qa(self.pick([f"I am {f} today.", f"I feel {f}.", f"I am so {f}!"]), f"That is good to hear! Why are you {f}?")
        f = self.pick(bad)
        return self.qa(self.pick([f"I am {f} today.", f"I feel {f}.", f"I am so {f}."]), f"I am sorry that you are {f}. Do you want to talk about it?")

    def choice(self):
        a, b = self.r.sample(F.FOODS + F.HOBBIES, 2)
        return self.qa(self.pick([f"Do you like {a} or {b}?", f"{cap(a)} or {b}?", f"What do you like more, {a} or {b}?"]), f"I am a model, so I do not choose. Many people like {a}, and many people like {b}.")

    def yes_no(self):
        if self.r.random() < 0.5:
            word, kind = self.pick(F.table(F.CATEGORIES))
            other = self.pick([k for _, k in F.table(F.CATEGORIES) if k != kind])
            asked = kind if self.r.random() < 0.5 else other
            return self.qa(f"Is {word} {an(asked)}?", f"Yes, {word} is {an(kind)}." if asked == kind else f"No, {word} is {an(kind)}.")
        country, city, *_ = self.pick(F.table(F.COUNTRIES))
        asked = city if self.r.random() < 0.5 else self.pick(F.table(F.COUNTRIES))[1]
        return self.qa(f"Is {asked} the capital of {country}?", f"Yes, {city} is the capital of {country}." if asked == city else f"No, the capital of {country} is {city}.")

    # --- copying, recalling, writing: what fine-tuning builds upon -------------------------------------------------
    def recall(self):
        """Facts told in the chat and asked for again, with many invented names: teaches to copy."""
        facts = [self.fact() for _ in range(self.r.randint(1, 4))]
        told = " ".join(f[0] for f in facts)
        chat = self.qa(told, self.pick(["I will remember that.", "Good to know.", "Thank you for telling me."])) if self.r.random() < 0.6 else []
        for i, (_, question, answer) in enumerate(self.r.sample(facts, min(len(facts), 2))):
            chat += self.qa(question if chat or i else f"{told} {question}", answer)
        return chat

    def fact(self):
        a, b = self.name(), self.invented()
        o, p, d = self.thing(), self.pick(F.PLACES), self.pick(F.DAYS)
        n = self.pick(F.NUMBERS[2:])
        return self.pick([
            (f"My friend is called {a}.", "What is my friend called?", f"Your friend is called {a}."),
            (f"The capital of {b} is {a}.", f"What is the capital of {b}?", f"The capital of {b} is {a}."),
            (f"{a} lives in {b}.", f"Where does {a} live?", f"{a} lives in {b}."),
            (f"{a} has a {o}.", f"What does {a} have?", f"{a} has a {o}."),
            (f"The {o} is in the {p}.", f"Where is the {o}?", f"The {o} is in the {p}."),
            (f"The king of {b} is {a}.", f"Who is the king of {b}?", f"The king of {b} is {a}."),
            (f"The river of {b} is called {a}.", f"What is the river of {b} called?", f"The river of {b} is called {a}."),
            (f"{a} comes on {d}.", f"When does {a} come?", f"{a} comes on {d}."),
            (f"{b} has {n} towers.", f"How many towers does {b} have?", f"{b} has {n} towers."),
            (f"The book {b} was written by {a}.", f"Who wrote the book {b}?", f"The book {b} was written by {a}."),
            (f"The people of {b} eat {self.pick(F.FOODS)} on {d}.", f"When do the people of {b} eat?", f"The people of {b} eat on {d}.")])

    def repeat(self):
        text = self.pick([self.invented(), f"{self.invented()} {self.invented()}", f"the {self.thing()} of {self.invented()}", f"{self.name()} went to the {self.pick(F.PLACES)}", self.sentence_about(self.thing())[:-1]])
        return self.qa(self.pick([f"Repeat after me: {text}.", f"Say: {text}.", f"Please say this: {text}.", f"Copy this: {text}."]), f"{cap(text)}.")

    def spell(self):
        word = self.pick(F.OBJECTS + F.PLACES + [self.invented()])
        return self.qa(self.pick([f"How do you spell {word}?", f"Spell {word}.", f"Please spell the word {word}."]), f"{cap(word)} is spelled " + "-".join(word.upper()) + ".")

    def sentence_about(self, thing):
        n, p = self.name(), self.pick(F.PLACES)
        return self.pick([f"{n} found {an(thing)} in the {p}.", f"The {thing} is in the {p}.", f"{n} gave {self.name()} {an(thing)}.", f"There is {an(thing)} near the {p}.", f"Every {self.pick(F.DAYS)}, {n} looks at the {thing}.", f"I saw {an(thing)} yesterday."])

    def sentence(self):
        thing = self.pick([self.thing(), self.pick(F.OBJECTS), self.pick(F.table(F.ANIMALS))[0]])
        return self.qa(self.pick([f"Write a sentence about {an(thing)}.", f"Write one sentence with the word {thing}.", f"Tell me something about {an(thing)}.", f"Use {thing} in a sentence."]), self.sentence_about(thing))

    def story(self):
        hero, friend, animal = self.name(), self.name(), self.pick(F.table(F.ANIMALS))[0]
        place, thing, food = self.pick(F.PLACES), self.thing(), self.pick(F.FOODS)
        start = self.pick([f"One day, {hero} walked to the {place}.", f"{hero} lived near the {place}.", f"Once there was {an(animal)} called {hero}."])
        middle = self.pick([f"There {hero} found {an(thing)}.", f"There {hero} met {friend}, who had {an(thing)}.", f"{hero} was looking for {an(thing)}, but it was not there.", f"Suddenly {an(animal)} came and took the {thing}."])
        turn = self.pick([f"{friend} helped {hero} to look for it.", f"\"Is this your {thing}?\" asked {friend}.", f"{hero} was surprised and called {friend}.", f"{hero} gave {friend} some {food}."])
        end = self.pick([f"In the end, they became good friends.", f"Then they went home and ate {food}.", f"{hero} was very happy that evening.", "After that, they laughed for a long time."])
        ask = self.pick([f"Tell me a story about {hero}.", f"Write a short story about {hero}.", f"Tell me a short story with {an(thing)}.", f"Can you tell a story about {hero} and {friend}?"])
        return self.qa(ask, " ".join([start, middle, turn, end]))

    def notice(self):
        """A short text with invented names, and questions on it."""
        a, b, place, day = self.name(), self.invented(), self.pick(F.PLACES), self.pick(F.DAYS)
        number, food, thing = self.pick(F.NUMBERS[2:13]), self.pick(F.FOODS), self.thing()
        text = f"{a} works in the {place} of {b}. On {day}, {a} sells {food} for {number} coins and keeps the {thing}."
        asks = [(f"Where does {a} work?", f"{a} works in the {place} of {b}."), (f"What does {a} sell?", f"{a} sells {food}."), (f"When does {a} sell {food}?", f"{a} sells {food} on {day}."),
                (f"How many coins does {a} want?", f"{a} wants {number} coins."), (f"What does {a} keep?", f"{a} keeps the {thing}.")]
        first, second = self.r.sample(asks, 2)
        chat = self.qa(f"{text} {first[0]}", first[1])
        return chat + (self.qa(second[0], second[1]) if self.r.random() < 0.7 else [])

    def statement(self):
        """Invented facts asked and answered at once: the shape of answers with names that nobody could know."""
        told, question, answer = self.fact()
        return [("system", told)] + self.qa(question, answer)

    # --- output --------------------------------------------------------------------------------------------------
    def chat(self):
        """One chat of one to three exchanges."""
        makers, weights = zip(*self.makers)
        turns = []
        for _ in range(self.r.choice([1, 1, 1, 2, 3])):
            part = self.r.choices(makers, weights)[0]()
            if part[0][0] == "system" and turns:
                break
            turns += part
        if turns[0][0] != "system" and self.r.random() < 0.15:
            turns = [("system", self.pick(["You are a helpful assistant.", "Answer in one short sentence.", "You are a friendly helper."]))] + turns
        return turns


def render(chat, generate=False):
    """ChatML, as the chat_template of the shipped tokenizer writes it."""
    text = "".join(f"<|im_start|>{role}\n{content}<|im_end|>\n" for role, content in chat)
    return text + ("<|im_start|>assistant\n" if generate else "")

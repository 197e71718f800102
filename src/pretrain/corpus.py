"""Writes endless chats, seeded: draws from the makers, weighted. A chat is a list of (role, text); what an assistant says that
nobody could know has the role "told" and is not learned. What the measure asks is never written."""
import glob, json, os
from french import French
from invented import Invented
from knowledge import Knowledge
from talk import Talk
from tasks import Tasks

HELD_OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "fixtures", "first-minute")
SYSTEM = ["You are a helpful assistant.", "Answer in one short sentence.", "You are a friendly helper.", "You are a small language model.", "Be kind and brief.", "You answer questions."]


def plain(text):
    return "".join(c for c in text.lower() if c.isalnum())


def held_out():
    return {plain(json.loads(line)["question"]) for path in glob.glob(f"{HELD_OUT}/*.jsonl") for line in open(path, encoding="utf-8")}


class Corpus(Knowledge, Invented, Tasks, Talk, French):
    def __init__(self, seed):
        super().__init__(seed)
        self.makers, self.weights = zip(*self.table())
        self.never = held_out()

    def table(self):
        return [(self.common, 9), (self.capital, 5), (self.country, 3), (self.animal, 5), (self.colour, 2.5), (self.opposite, 3), (self.word_form, 3), (self.definition, 6), (self.reason, 3.5), (self.how_to, 2.5), (self.use, 2.5),
                (self.workplace, 1.5), (self.made_of, 1.5), (self.category, 2.5), (self.ability, 1.5), (self.yes_no, 3), (self.arithmetic, 4), (self.calendar, 3), (self.all_days, 0.7),
                (self.small_talk, 18), (self.introduction, 1.5), (self.liking, 1.5), (self.feeling, 1.5), (self.choice, 0.7), (self.taste, 0.7), (self.doing_it, 0.8), (self.beyond, 1.5), (self.cannot, 1), (self.in_a_manner, 6), (self.kept_manner, 2.5),
                (self.reading, 24), (self.happening, 7), (self.brief, 2.5), (self.reworded, 16), (self.nobody, 1.5), (self.arrow, 2),
                (self.repeat, 4), (self.any_letters, 3), (self.spell, 1.2), (self.letters, 1), (self.group_list, 2), (self.items, 3), (self.as_json, 2), (self.pattern, 3), (self.same_map, 3), (self.sentence, 2.5), (self.story, 4), (self.change, 1.5),
                (self.talk_fr, 5), (self.reading_fr, 6), (self.reworded_fr, 5), (self.table_fr, 5)]

    def chat(self):
        """One chat of one to four parts."""
        while True:
            turns = self.parts()
            if not any(role == "user" and plain(text) in self.never for role, text in turns):
                return turns

    def parts(self):
        turns = []
        for _ in range(self.r.choice([1, 1, 1, 1, 2, 2, 3])):
            part = self.r.choices(self.makers, self.weights)[0]()
            if part[0][0] == "system" and turns:
                break
            turns += part
        if turns[0][0] != "system" and self.chance(0.1):
            turns = [("system", self.pick(SYSTEM))] + turns
        return turns


def render(chat, generate=False):
    """ChatML, as the chat_template of the shipped tokenizer writes it."""
    text = "".join(f"<|im_start|>{'assistant' if role == 'told' else role}\n{content}<|im_end|>\n" for role, content in chat)
    return text + ("<|im_start|>assistant\n" if generate else "")

"""Writes endless chats, seeded: draws from the makers of knowledge.py and talk.py, weighted. A chat is a list of (role, text)."""
from knowledge import Knowledge
from talk import Talk


class Corpus(Knowledge, Talk):
    def __init__(self, seed, held_out=False, any_letters=False):
        super().__init__(seed, held_out)
        self.makers = self.table() + ([(self.any_letters, 12)] if any_letters else [])

    def table(self):
        return [(self.capital, 6), (self.country, 4), (self.animal, 7), (self.colour, 4), (self.opposite, 5), (self.word_form, 5), (self.definition, 8),
                (self.reason, 5), (self.how_to, 4), (self.category, 4), (self.arithmetic, 6), (self.calendar, 5), (self.greeting, 5), (self.identity, 4),
                (self.recall, 14), (self.unknown, 4), (self.repeat, 6), (self.sentence, 7), (self.story, 7), (self.feeling, 4), (self.choice, 4), (self.yes_no, 5),
                (self.notice, 10), (self.spell, 3), (self.statement, 8), (self.about_animal, 4),
                (self.ability, 4), (self.beyond, 4)]

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

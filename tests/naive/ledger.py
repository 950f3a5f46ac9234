"""Plain Python twin of the ledger of one store: water as a dictionary of (origin, age)."""


class Bucket:
    """A fully mixed store; ages count water years, the last one stands for all older water."""

    def __init__(self, oldest, **content):
        self.oldest = oldest
        self.content = {(name, oldest): volume for name, volume in content.items()}

    @property
    def volume(self):
        return sum(self.content.values())

    def add(self, origin, volume, age=0):
        self.content[origin, age] = self.content.get((origin, age), 0.0) + volume

    def add_mix(self, mix):
        for (origin, age), volume in mix.items():
            self.add(origin, volume, age)

    def draw(self, volume):
        """Take a volume with the composition of the mix."""
        part = volume / self.volume if volume else 0.0
        taken = {tag: content * part for tag, content in self.content.items()}
        self.content = {tag: content - taken[tag] for tag, content in self.content.items()}
        return taken

    def new_year(self):
        older = {}
        for (origin, age), volume in self.content.items():
            tag = (origin, min(age + 1, self.oldest))
            older[tag] = older.get(tag, 0.0) + volume
        self.content = older

    def by(self, place):
        """Volumes by origin (0) or age (1)."""
        found = {}
        for tag, volume in self.content.items():
            found[tag[place]] = found.get(tag[place], 0.0) + volume
        return found


def by_origin(mix):
    found = {}
    for (origin, _), volume in mix.items():
        found[origin] = found.get(origin, 0.0) + volume
    return found

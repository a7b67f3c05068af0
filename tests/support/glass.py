"""What an app writes to the terminal, frames aside."""

import re


class Glass:
    """Records the pictures that an app writes."""

    def __init__(self, app):
        self.text = ""
        write = app._driver.write

        def keep(data):
            self.text += data
            write(data)

        app._driver.write = keep

    def sent(self):
        return len(re.findall(r"_Ga=t", self.text))

    async def wait_for(self, pilot, condition):
        for _ in range(2000):
            if condition():
                return
            await pilot.pause(0.005)
        raise AssertionError("never came")

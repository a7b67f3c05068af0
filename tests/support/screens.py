"""Reading screens, and waiting until they have got somewhere."""


async def until(pilot, condition):
    """Let the app go on until a condition holds."""
    for _ in range(2000):
        await pilot.pause()
        if condition():
            return
    raise AssertionError("it never happened")


def text_of(screen, selector):
    return screen.query_one(selector).text


def row_text(screen, widget, y):
    return screen.query_one(widget).render_line(y).text


def whole(screen):
    """Everything on the screen, as text."""
    strips = screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)

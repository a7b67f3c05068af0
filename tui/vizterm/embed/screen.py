"""The embed screen: keys and the mouse change the model, and then it is drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message
from typing_extensions import override

from vizterm.actions import EMBED_ACTIONS, EMBED_MOUSE, bindings
from vizterm.cells.bar import Chip
from vizterm.cells.theme import theme_for
from vizterm.embed.beside.keys import BesideKeys, MapRead
from vizterm.embed.beside.pane import MapPane, MapTitle
from vizterm.embed.column_keys import Changed, ColumnKeys, ColumnsRead
from vizterm.embed.drawing import heading
from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.filter_keys import FilterKeys
from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.label_keys import LabelKeys
from vizterm.embed.large.picture import LargePicture
from vizterm.embed.large_keys import LargeKeys
from vizterm.embed.look_keys import LookKeys
from vizterm.embed.model import EmbedModel
from vizterm.embed.neighbours.neighbour_keys import NeighbourKeys, NeighboursFound
from vizterm.embed.neighbours.neighbour_strip import NeighbourStrip
from vizterm.embed.neighbours.trust_keys import TrustFound, TrustKeys
from vizterm.embed.point_keys import PointKeys
from vizterm.embed.point_view import MiddleFound, PointView
from vizterm.embed.reduce.reduce_keys import MapMade, MapReady, ReduceKeys, Reducing
from vizterm.embed.reduce.reduction import Reducer
from vizterm.embed.reduce_options import NONE, ReduceOptions
from vizterm.embed.scatter.dots_look import DotsLook
from vizterm.embed.scatter.painter import Painter, Prepared, Refined
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.scatter.selected_index import SelectionIndexed
from vizterm.embed.scatter.tween import Tween
from vizterm.embed.search import Search, Searched
from vizterm.embed.select.region_count import RegionCounted
from vizterm.embed.select.region_keys import RegionKeys, how_held
from vizterm.embed.select.selection_keys import WORDS, Selected, SelectionKeys
from vizterm.embed.select.selection_text import counted_text
from vizterm.embed.sheet_keys import SheetKeys
from vizterm.embed.side.legend import Legend
from vizterm.embed.side.panels import PanelLayout
from vizterm.embed.side.pinned_row import PinnedRow
from vizterm.embed.side.point_panel import PinnedPoint, PointPanel
from vizterm.embed.status import key_hints, state_chips
from vizterm.embed.tag_keys import TagKeys, TagsChanged
from vizterm.embed.take.figure_keys import FigureKeys, FigureWritten
from vizterm.embed.take.take_keys import TakeKeys, Taken
from vizterm.embed.take.take_pictures import PicturesTaken, TakePictures
from vizterm.embed.times.epoch_keys import EpochKeys, EpochMade, Surveyed
from vizterm.embed.times.trail_keys import TrailKeys, WaysFound
from vizterm.embed.unpacking import Unpacking
from vizterm.embed.view_keys import ViewKeys
from vizterm.embed.ways import BRAILLE
from vizterm.shell.background import Background
from vizterm.shell.choices import Choice
from vizterm.shell.data_screen import DataScreen
from vizterm.terminal.facts import Terminal
from vizterm.widgets.find_bar import FindBar
from vizterm.widgets.heading import Heading
from vizterm.widgets.key_menu import KeyMenu, Menu
from vizterm.widgets.rule import BOTTOM, DIVIDER, TOP, Rule
from vizterm.widgets.status_bar import StatusBar
from vizterm.widgets.timeline import Timeline
from vizterm_core.files.watch import Watch
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.moved import same_rows
from vizterm_core.scatter.selection import How
from vizterm_core.scatter.trust import trust_of
from vizterm_core.scatter.viewport import Viewport
from vizterm_core.tags.tags import Tags


class EmbedScreen(DataScreen[IndexedEmbedding]):
    """An embedding to move about in.

    Parameters
    ----------
    source : Background
        Done.
    terminal : Terminal
    row : int, optional
        Row, in the arrays as given, of the point to begin at.
    dots : str
        One of `WAYS` to draw points; braille where pixels are impossible.
    figure : FigureOptions, optional
        What figures look like that are written from here.
    map_names : bool
        Whether the labels' names stand on the map at first.
    reducer : Reducer, optional
        What makes maps of vectors; without, they are made when a key asks for one.
    watch : Watch, optional
        Tells that the files have been written to, which are read again then.
    """

    AUTO_FOCUS = "ScatterPlot"
    ACTIONS = EMBED_ACTIONS
    MOUSE = EMBED_MOUSE
    BINDINGS = bindings(EMBED_ACTIONS, "screen")
    picks = False
    """Whether points are chosen for what comes next on a command line."""

    class ThumbnailsReady(Message):
        """Pictures for the map have been read."""

    class StripReady(Message):
        """Pictures of neighbours have been read."""

    class PicturesReady(Message):
        """Compressed images are unpacked, or one has been read."""

    def __init__(
        self,
        source: Background[IndexedEmbedding],
        terminal: Terminal,
        row: int | None = None,
        dots: str = BRAILLE,
        *,
        figure: FigureOptions | None = None,
        map_names: bool = True,
        reducer: Reducer | None = None,
        watch: Watch | None = None,
    ) -> None:
        super().__init__(source, terminal)
        if watch is not None:
            self._reloading.follow(watch)
        self.picked: npt.NDArray[np.int64] | None = None
        """(k,) the points that the app was left with, ascending; None for none."""
        self.loaded = source.result()
        """The data that are shown, coloured as they are."""
        self._theme = theme_for(terminal)
        self._timeline = Timeline(self._theme, id="timeline")
        self._epochs = EpochKeys(self, self, self._timeline)
        self.model = self._model_of(self.loaded)
        """State of what is shown."""
        if row is not None:
            self.model.place(self.model.embedding.point_of(row))
        self._plot = ScatterPlot(colours=terminal.colours)
        self._divider = Rule(self._theme, DIVIDER, id="divider")
        self._legend = Legend(self._theme, self._divider)
        self._status = StatusBar(self._theme)
        self._find_bar = FindBar(instead_of=self._status)
        self._painter = Painter(self, self._plot, terminal, self.model, DotsLook(dots))
        self._painter.with_names = map_names
        self._panels = PanelLayout(
            self, self._plot, terminal, self._theme, self._picture_arrived, self.model.embedding
        )
        self._unpacking = Unpacking(self, self._picture_arrived)
        self._tween = Tween(self, self._painter)
        self._labels = LabelKeys(self, self._legend, self._painter)
        self._points = PointView(self, self._painter, self._panels, self._legend)
        self._looks = LookKeys(
            self, self._painter, self._panels, coloured=terminal.colours != "none"
        )
        self._point_keys = PointKeys(self, self._panels)
        self._view_keys = ViewKeys(self)
        self._columns = ColumnKeys(self, self)
        self._filter = FilterKeys(
            self,
            self,
            self._columns,
            self._painter,
            find_bar=self._find_bar,
        )
        self._figures = FigureKeys(
            self,
            self,
            self._painter,
            figure or FigureOptions(),
            find_bar=self._find_bar,
            plot=self._plot,
        )
        self._selection = SelectionKeys(self, self, self._painter, self._legend)
        self._taken_pictures = TakePictures(
            self,
            self,
            lambda: self._panels.map_look.levels,
            find_bar=self._find_bar,
        )
        self._takes = TakeKeys(
            self,
            self,
            self._selection,
            self._taken_pictures,
            find_bar=self._find_bar,
        )
        self._search = Search(
            self,
            self,
            find_bar=self._find_bar,
            legend=self._legend,
        )
        self._tags = TagKeys(
            self,
            self,
            self._columns,
            find_bar=self._find_bar,
        )
        self._trust = TrustKeys(self, self, self._columns)
        self._strip = NeighbourStrip(self._theme, pictures=lambda: self._panels.has_pictures)
        self._neighbours = NeighbourKeys(
            self,
            self,
            self._painter,
            self._strip,
            self._theme,
            self._panels,
            lambda: self.post_message(self.StripReady()),
        )
        self._large_picture = LargePicture(self._theme, id="large")
        self._large = LargeKeys(
            self,
            self,
            self._large_picture,
            self._panels,
            self._points,
            self._neighbours,
            self._point_keys.leaf,
        )
        self._key_menu = KeyMenu(self._theme)
        self._sheets = SheetKeys(
            self,
            self,
            self._painter,
            self._panels,
            self._selection,
            self._neighbours,
            self._theme,
        )
        self._regions = RegionKeys(self, self, self._selection, self._painter, self._key_menu)
        self._map_title = MapTitle(self._theme)
        self._beside = BesideKeys(
            self,
            self,
            self._painter,
            self._selection,
            self._regions,
            self._map_title,
            self._theme,
            terminal,
        )
        self._reductions = ReduceKeys(
            self,
            self,
            reducer or Reducer(ReduceOptions(NONE)),
            lambda: self._find_bar.display or self._regions.active,
            find_bar=self._find_bar,
        )
        self._epochs.without_epochs = self._looks.change_sigma
        self._trails = TrailKeys(self, self, self._painter)
        self._remark = ""
        self.carry_out({"axes": self._plot.toggle_axes})
        for keys in (
            self._point_keys,
            self._large,
            self._view_keys,
            self._looks,
            self._labels,
            self._columns,
            self._trust,
            self._filter,
            self._search,
            self._selection,
            self._neighbours,
            self._sheets,
            self._tags,
            self._takes,
            self._figures,
            self._regions,
            self._beside,
            self._reductions,
            self._epochs,
            self._trails,
        ):
            self.carry_out(keys.actions())

    def _model_of(self, loaded: IndexedEmbedding) -> EmbedModel:
        model = EmbedModel(loaded.embedding, loaded.index, self._terminal.cell_aspect)
        model.fit_to_reach(self._epochs.reach)
        return model

    @override
    def compose(self) -> ComposeResult:
        theme = self._theme
        yield Heading(theme)
        with Container(id="body"):
            with Horizontal(id="maps"), Vertical(classes="map"):
                yield self._map_title
                yield self._plot
            with Vertical(id="side"):
                yield Rule(theme, TOP)
                yield PointPanel(theme, id="panel", classes="framed")
                yield PinnedPoint(theme, id="pinned", classes="framed")
                yield PinnedRow(theme, id="pins", classes="framed")
                yield self._divider
                yield self._legend
                yield Rule(theme, BOTTOM)
        yield self._timeline
        yield self._strip
        yield PointPanel(theme, id="card")
        yield self._large_picture
        yield self._key_menu
        yield self._status
        yield self._find_bar

    @override
    def on_mount(self) -> None:
        if not self._painter.pixels.start():
            self.notify("the terminal draws no pixels: dots in braille", title="--dots pixels")
        self._panels.arrange(self.size)
        self._data_changed(self.model.embedding)
        self.call_after_refresh(self._laid_out)

    async def _laid_out(self) -> None:
        # Where there is room, the first picture lets keys in.
        if min(self._plot.drawing_size) < 1:
            await self.let_keys_in()

    @override
    async def let_keys_in(self) -> None:
        await super().let_keys_in()
        # Not before the first dots, which want the cores and the interpreter for themselves.
        self._unpacking.start(self.model.embedding)
        self._columns.read_ahead()
        self._trust.attach()
        self._beside.start()
        self._reductions.start()
        self._epochs.start()

    @override
    def replace(self, loaded: IndexedEmbedding) -> str:
        if self._neighbours.active:
            self._neighbours.close()
        self._sheets.close()
        self._epochs.take_over(loaded)
        model = self._model_of(loaded)
        lost = model.take_over(self.model)
        self.loaded, self.model = loaded, model
        self._painter.use(model)
        self._panels.use(loaded.embedding)
        self._data_changed(loaded.embedding)
        self._unpacking.start(self.model.embedding)
        self._columns.read_ahead()
        self._trust.attach()
        self._beside.read_again()
        self._reductions.start()
        self.draw()
        return " · ".join([*loaded.missed, *([lost] if lost else [])])

    def exchange(self, loaded: IndexedEmbedding) -> None:
        """Show the same points with other labels, or fewer of them."""
        filtered = loaded.shown is not self.loaded.shown
        other_map = trust_of(loaded.embedding) is not trust_of(self.loaded.embedding)
        model = self._model_of(loaded)
        model.go_on_from(self.model)
        if loaded.embedding.labels.names is not self.loaded.embedding.labels.names:
            self._trust.hide_others(loaded, model)
        self.loaded, self.model = loaded, model
        self._painter.use(model)
        self._panels.relabel(loaded.embedding)
        self._labels_changed(loaded.embedding)
        if filtered:
            self._neighbours.look_again()
        if other_map:
            self._trust.attach()
        self.draw()

    def move_points(
        self, loaded: IndexedEmbedding, view: Viewport | None = None, *, anew: bool = False
    ) -> None:
        """Show the same rows at other places; cursor, pins, selection and labels stay.

        Parameters
        ----------
        loaded : IndexedEmbedding
        view : Viewport, optional
            Of these places; all of them otherwise.
        anew : bool
            Whether it is another map, of which all is shown, and to which the points move.
        """
        if not same_rows(loaded.embedding.rows, self.loaded.embedding.rows):
            self._sheets.close()
        model = self._model_of(loaded)
        older = self.model
        model.take_over(older)
        model.return_to(model.viewport if view is None else view, model.cursor)
        if anew and view is None:
            model.fit_bulk()
        self.loaded, self.model = loaded, model
        self._painter.use(model)
        self._panels.relabel(loaded.embedding)
        self._labels_changed(loaded.embedding)
        self._neighbours.look_again()
        self._trust.attach()
        if not (anew and self._tween.begin(older, model, self._arrived)):
            self.draw()

    def _arrived(self) -> None:
        """Show the model after points have moved; what was said of it stays."""
        self._painter.draw()
        self._regions.look_again()
        self._show_point()

    def _labels_changed(self, embedding: Embedding) -> None:
        self._epochs.changed()
        self._show_heading()
        self._labels.show_in_legend()

    def _data_changed(self, embedding: Embedding) -> None:
        self._labels_changed(embedding)
        self._painter.use_thumbnails(
            embedding,
            lambda: self._panels.map_look,
            lambda: self.post_message(self.ThumbnailsReady()),
        )

    def _picture_arrived(self) -> None:
        """Tell the screen; called in another thread."""
        self.post_message(self.PicturesReady())

    # drawing

    def draw(self) -> None:
        """Show the model as it is now."""
        self._painter.draw()
        self._regions.look_again()
        self._beside.follow(whole=True)
        self.point_changed()

    def after_move(self, view: Viewport) -> None:
        """Show the model after its cursor has moved; `view` was in view before."""
        if not self._labels.listed:
            # Going to a point shows its label.
            again = self._labels.shown_again()
            self._labels.show()
            self.remark(again)
        elif view == self.model.viewport:
            self.point_changed()
        else:
            self.draw()

    @override
    def remark(self, text: str) -> None:
        self._remark = text
        self._show_status()

    def point_changed(self) -> None:
        """Show the cursor and the point under it; the frame stays."""
        self._point_keys.forget_count()
        self._remark = ""
        self._neighbours.cursor_moved()
        self._show_point()

    @on(Prepared)
    def _prepared(self) -> None:
        # Points that share the cursor's dot are found by the sorted points alone.
        self.model.look_here()
        self._show_point()
        self._points.look_for_middle(self, at_once=False)

    @on(MiddleFound)
    def _middle_found(self, event: MiddleFound) -> None:
        if self._points.begin(event):
            self._show_point()

    @on(PicturesReady)
    def _pictures_ready(self) -> None:
        self._show_point()
        self._sheets.changed()

    def _show_point(self) -> None:
        self._points.show()
        self._beside.follow(whole=False)
        if self._large.shown and not self._large.show():
            # There is no point to be shown large any more.
            self._points.show()
        self._show_heading()
        self.text_over_plot()
        self._show_status()

    def _show_heading(self) -> None:
        large = self._large.shown
        text = self._large.heading() if large else heading(self.model.embedding)
        self.query_one(Heading).say(text)

    def show_status(self) -> None:
        """Say what there is to say of the state."""
        self._show_status()

    def _show_status(self) -> None:
        remark = self._regions.said or self._remark or self._points.said
        if count := self._point_keys.counting:
            remark = f"{count} …  g goes to that index, V shows as many neighbours"
        hints = key_hints(
            self._mode,
            self.model.embedding,
            pictures=self._panels.has_pictures,
            actions=self.ACTIONS,
            large=self._large.hints(),
        )
        if self._mode == "plot":
            hints = self._epochs.hints(hints)
        self._status.say(self._chips(), hints, remark)

    def _chips(self) -> list[Chip]:
        frame = self._plot.frame
        if frame is None:
            return []
        chips = [
            *self._reductions.chips(),
            *self._taken_pictures.chips(),
            *self._trust.chips(),
            *self._tags.chips(),
            *self._selection.chips(),
        ]
        epochs = self._epochs.chips(following=self._reloading.following)
        if self._large.shown:
            return [*self._large.chips(), *chips, *self._looks.chips(), *epochs]
        chips += [*self._filter.chips(), *self._looks.chips(), *epochs]
        return state_chips(self.model, frame.shown, chips)

    @property
    def _mode(self) -> str:
        if self._large.shown:
            return "large"
        if self._regions.active:
            return "region"
        if self._neighbours.active:
            return "neighbours"
        return "legend" if self._in_legend else "plot"

    @property
    def _in_legend(self) -> bool:
        return self.focused is self._legend

    # messages: workers, size, mouse, focus

    @on(LargePicture.Wheeled)
    def _leafed(self, event: LargePicture.Wheeled) -> None:
        self._large.leaf(event.step)

    @on(Refined)
    def _refined(self, event: Refined) -> None:
        self._painter.take(event)
        self._show_status()

    @on(MapRead)
    def _map_read(self, event: MapRead) -> None:
        self._beside.take(event)

    @on(MapPane.Mouse)
    def _mouse_beside(self, event: MapPane.Mouse) -> None:
        self._beside.mouse(event)

    @on(MapPane.Counted)
    def _counted_beside(self, event: MapPane.Counted) -> None:
        self._beside.counted(event)

    @on(MapPane.Ready)
    def _ready_beside(self, event: MapPane.Ready) -> None:
        self._beside.ready(event)

    @on(EpochMade)
    def _epoch_made(self, event: EpochMade) -> None:
        self._epochs.take(event)

    @on(Surveyed)
    def _epochs_surveyed(self, event: Surveyed) -> None:
        self._epochs.surveyed(event)

    @on(WaysFound)
    def _ways_found(self, event: WaysFound) -> None:
        self._trails.take(event)

    @on(Timeline.Sought)
    def _epoch_sought(self, event: Timeline.Sought) -> None:
        self._epochs.seek(event.share)

    @on(Timeline.Toggled)
    def _play_clicked(self) -> None:
        self._epochs.toggle_play()

    @on(Changed)
    def _columns_changed(self, event: Changed) -> None:
        self._columns.take(event)

    @on(Selected)
    def _selection_made(self, event: Selected) -> None:
        self._selection.take(event)
        self._sheets.changed()

    @on(SelectionIndexed)
    def _selection_indexed(self) -> None:
        self._painter.draw()
        self._regions.look_again()

    @on(RegionCounted)
    def _region_counted(self, event: RegionCounted) -> None:
        self._regions.counted(event)

    @on(KeyMenu.Changed)
    def _key_menu_changed(self) -> None:
        self.text_over_plot()
        self._show_status()

    def take_count(self) -> int | None:
        """Return the number that was typed before a key, and forget it; None without one."""
        count = self._point_keys.counting
        self._point_keys.forget_count()
        return int(count) if count else None

    def text_over_plot(self) -> None:
        """Draw no pixels while text lies over the plot: a terminal could show them above it."""
        if self._regions.active and self._large.shown:
            # It is drawn in the plot.
            self._large.close()
        self._plot.traces_next = self._regions.active
        boxes = self._key_menu.box.overlaps(self._plot.region), self.query_one("#card").display
        alone = self._regions.active or any(boxes)
        self._painter.draw_in_text(alone=alone)
        self._beside.draw_in_text(alone=alone)

    @on(NeighboursFound)
    def _neighbours_found(self, event: NeighboursFound) -> None:
        self._neighbours.take(event)
        self._show_status()

    @on(Reducing)
    def _reducing(self, event: Reducing) -> None:
        self._reductions.tell(event)
        self._show_status()

    @on(MapMade)
    def _map_made(self, event: MapMade) -> None:
        self._reductions.take(event)
        self._show_status()

    @on(MapReady)
    def _map_ready(self, event: MapReady) -> None:
        before = self.loaded.embedding.map_name
        self._reductions.show(event)
        if self.loaded.embedding.map_name != before:
            self._beside.first_changed(before)

    @on(StripReady)
    def _strip_ready(self) -> None:
        self._neighbours.show_pictures()

    @on(NeighbourStrip.Chosen)
    def _neighbour_chosen(self, event: NeighbourStrip.Chosen) -> None:
        self._neighbours.choose(event.place)

    @on(TagsChanged)
    def _tags_changed(self, event: TagsChanged) -> None:
        self._tags.take(event)

    @on(ColumnsRead)
    def _columns_read(self) -> None:
        self._show_point()

    @on(TrustFound)
    def _trust_found(self, event: TrustFound) -> None:
        self._trust.take(event)
        self._show_status()

    @on(Searched)
    def _searched(self, event: Searched) -> None:
        self._search.take(event)

    @on(Taken)
    def _taken(self, event: Taken) -> None:
        self.remark(event.said)

    @on(PicturesTaken)
    def _pictures_taken(self, event: PicturesTaken) -> None:
        self._taken_pictures.take(event)
        self._show_status()

    @on(FigureWritten)
    def _figure_written(self, event: FigureWritten) -> None:
        self.remark(event.said)

    @on(ThumbnailsReady)
    def _thumbnails_ready(self) -> None:
        self._painter.thumbnails_changed()

    @on(ScatterPlot.Resized)
    def _plot_resized(self, event: ScatterPlot.Resized) -> None:
        self.model.cell_aspect = self._terminal.refresh_cell_aspect()
        self.model.resize(event.columns, event.rows)
        self._points.look_for_middle(self, at_once=True)
        said = self._remark
        self.draw()
        # The prompt, which was closed, has given its line back.
        self.remark(said)
        if self.awaits_data and not self._search.running:
            self.call_after_refresh(self.let_keys_in)

    def on_resize(self, event: events.Resize) -> None:
        self._panels.arrange(self.size)
        self.call_after_refresh(self.point_changed)

    @on(ScatterPlot.Pointed)
    def _pointed(self, event: ScatterPlot.Pointed) -> None:
        busy = self._regions.active or self._neighbours.active
        if busy or type(event) is not ScatterPlot.Pointed:
            return
        before = self.model.cursor
        if self.model.hover(event.column, event.row) and self.model.cursor != before:
            self.point_changed()

    @on(ScatterPlot.Clicked)
    def _clicked(self, event: ScatterPlot.Clicked) -> None:
        if self.model.hover(event.column, event.row):
            if self._neighbours.active:
                self.point_changed()
            else:
                self.action_pin()

    @on(ScatterPlot.Dragged)
    def _dragged(self, event: ScatterPlot.Dragged) -> None:
        self._view_keys.drag(-event.columns, -event.rows)

    @on(ScatterPlot.Traced)
    def _drawn(self, event: ScatterPlot.Traced) -> None:
        self._regions.trace((event.column, event.row), event.state, how_held(event))

    @on(ScatterPlot.Marked)
    def _marked(self, event: ScatterPlot.Marked) -> None:
        if self._regions.active:
            self._regions.click((event.column, event.row))
        elif self.model.hover(event.column, event.row):
            self.point_changed()
            self._selection.toggle_point()

    @on(ScatterPlot.Wheeled)
    def _wheeled(self, event: ScatterPlot.Wheeled) -> None:
        self._view_keys.zoom(event.steps, event.column, event.row)

    @on(PinnedRow.Chosen)
    def _pin_chosen(self, event: PinnedRow.Chosen) -> None:
        self._point_keys.go_to_pin(event.place)

    @on(Legend.Toggled)
    def _label_toggled(self, event: Legend.Toggled) -> None:
        self._labels.toggle(event.label)

    @on(Legend.OnlyWanted)
    def _label_alone(self, event: Legend.OnlyWanted) -> None:
        self._labels.show_only(event.label)

    @on(Legend.Selected)
    def _label_selected(self) -> None:
        self._labels.glow()

    @on(Legend.Hovered)
    def _label_hovered(self, event: Legend.Hovered) -> None:
        self._labels.hovered(event.label)

    def on_descendant_focus(self) -> None:
        self._show_status()

    def on_descendant_blur(self) -> None:
        self._labels.glow()

    # actions on points

    def action_move(self, direction: str) -> None:
        steps = {"left": -1, "right": 1}
        if direction not in steps or not self._neighbours.step(steps[direction]):
            self._point_keys.move(direction)

    def action_digit(self, digit: str) -> None:
        """Add a digit to the index to go to."""
        self._point_keys.digit(digit)
        self._show_status()

    def action_pin(self) -> None:
        if not self._neighbours.walk():
            self._point_keys.pin()

    def action_copy(self) -> None:
        self._point_keys.copy(self, self._points.facts(self.model.cursor))

    # actions on the selection

    def action_select(self, what: str) -> None:
        if what == "neighbours":
            self._selection.these(self._neighbours.points, "V shows a point's neighbours first")
        else:
            self._selection.choose(what)

    def action_select_how(self, how: str) -> None:
        self._selection.how = How(how)
        self._key_menu.open(self._selection.with_how(super().key_menu_of("S")))

    def action_select_where(self) -> None:
        how = self._selection.take_how()
        self._filter.ask(
            f" {WORDS[how]} where: ", lambda condition: self._selection.where(condition, how)
        )

    @override
    def key_menu_of(self, letter: str) -> Menu:
        self._selection.how = How.NEW
        menu = super().key_menu_of(letter)
        if letter == "Y":
            return replace(menu, title=f"take away {self._takes.whom}")
        if letter == "Q":
            return replace(menu, title=self._reductions.menu_title)
        return self._selection.with_how(menu) if letter == "S" else menu

    # actions on the view

    def action_fit(self) -> None:
        if self._point_keys.counting:
            self.action_digit("0")
        else:
            self._view_keys.fit()

    # for chips and palette

    @override
    def choice(self, what: str) -> Choice | None:
        if what == "beside":
            return self._beside.choice()
        if what == "vectors":
            return self._reductions.choice()
        return self._columns.choice() if what == "column" else self._looks.choice(what)

    @override
    def current_values(self) -> Mapping[str, str]:
        values = self._looks.values()
        if self.model.selection:
            values["menu"] = counted_text(self.model.selection)
        values |= {"choose": self._columns.now, "filter": self._filter.now}
        if self.loaded.embedding.other_maps:
            values["beside"] = self._beside.now
        values["axes"] = "shown" if self._plot.axes else "hidden"
        values["stretch"] = "filled" if self.model.stretched else "in proportion"
        if self._panels.has_pictures:
            values["levels"] = self._panels.said
            values["smooth"] = "smooth" if self._panels.smooth else "whole pixels"
        return values

    def finish_tags(self) -> Tags:
        """Carry out what is still to be done of tags, and return them; for the end."""
        self._tags.finish()
        return self.loaded.tags

    def finish_maps(self) -> str:
        """Stop making maps; returns what is to be said of it, for the end."""
        return self._reductions.finish()

    def finish_pictures(self) -> str:
        """Stop writing pictures; returns what is to be said of it, for the end."""
        return self._taken_pictures.finish()

    def action_switch(self) -> None:
        if self._large.shown:
            self._large.next_set()
            return
        if self.model.embedding.labels.continuous:
            self.remark("labels are continuous: there is no legend to choose from")
            return
        self.set_focus(self._plot if self._in_legend else self._legend)

    def action_cancel(self) -> None:
        self.cancel()

    def cancel(self) -> bool:
        """Leave the large picture; a filter, a count, a highlight, the legend.

        Returns whether there was anything to leave.
        """
        counted = bool(self._point_keys.counting)
        self._point_keys.forget_count()
        self._remark = ""
        if self._regions.active:
            self._regions.cancel()
            return True
        if self._large.shown:
            self._large.close()
            return True
        if self._search.take_back():
            return True
        if self._neighbours.active:
            self._neighbours.close()
            self._show_status()
            return True
        if self._taken_pictures.stop():
            return True
        if self._trust.stop() or self._reductions.stop():
            self._show_status()
            return True
        left = counted or self._in_legend or self.model.highlight is not None
        self._legend.filter("")
        if self._in_legend:
            self.set_focus(self._plot)
        self._labels.end_highlight()
        self._show_status()
        return left

"""Read a list of people from a CSV or XLSX file, whatever a spreadsheet made of it.

Nothing here knows the database: rows come out as ``{field: text}`` with their line
number, and what cannot be read comes out as an unreadable line.
"""

import csv
import io
import zipfile

from ..models.res_partner_duplicate import normalize_words

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_ROWS = 20_000
DELIMITERS = ";,\t|"
# A cell in quotes may hold line breaks; more lines than this is a quote left open.
MAX_LINES_OF_ROW = 5

# Headings that people write, as words without accents or punctuation.
HEADINGS = {
    "name": ("nom", "nom de famille", "nom complet", "name", "last name", "nom prenom"),
    "firstname": ("prenom", "prenoms", "first name"),
    "phone": (
        "telephone",
        "tel",
        "n de telephone",
        "numero de telephone",
        "mobile",
        "portable",
        "telephone portable",
        "telephone fixe",
        "tel portable",
        "tel fixe",
        "phone",
    ),
    "email": (
        "e mail",
        "email",
        "mail",
        "courriel",
        "adresse e mail",
        "adresse email",
        "adresse mail",
        "adresse electronique",
    ),
    "commune": ("commune", "ville", "commune de residence", "city"),
    "zip": ("code postal", "cp", "zip", "postcode"),
    "insee_code": ("code insee", "insee", "code commune", "insee code"),
    "street": ("adresse", "adresse postale", "rue", "voie", "street", "address"),
    "street2": ("complement d adresse", "complement", "complement adresse"),
    "employer": ("employeur", "entreprise", "societe", "employer"),
    "comment": ("remarque", "remarques", "commentaire", "notes", "note"),
}
FIELD_OF_HEADING = {
    heading: fname for fname, headings in HEADINGS.items() for heading in headings
}
# Columns of the model file, in French as the lists that people keep.
MODEL_COLUMNS = (
    "Nom",
    "Prénom",
    "Téléphone",
    "E-mail",
    "Adresse",
    "Code postal",
    "Commune",
    "Code INSEE",
    "Employeur",
    "Remarques",
)


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the argument is a code, see the wizard."""


class TableFile:
    """The rows of a file; a kind of file says which headings it knows.

    :cvar dict field_of_heading: words of a heading, without accents, to its field
    :cvar tuple required: fields of which the file has a column, one at least
    :ivar list headings: texts of the columns
    :ivar list rows: ``(line number, cells, readable)``
    """

    # A list with columns of its own adds their headings to these.
    field_of_heading = FIELD_OF_HEADING

    field_of_heading = {}
    required = ()

    def __init__(self, content):
        """
        :param bytes content: the file
        :raise UnreadableFileError: ``empty``, ``too_big``, ``old_excel``, ``binary``,
            ``broken_excel``, ``no_heading``, ``too_many``
        """
        if not content or not content.strip():
            raise UnreadableFileError("empty")
        if len(content) > MAX_BYTES:
            raise UnreadableFileError("too_big")
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            raise UnreadableFileError("old_excel")
        if content.startswith(b"PK"):
            rows = self._read_xlsx(content)
        else:
            rows = self._read_csv(content)
        rows = [row for row in rows if not row[2] or any(c.strip() for c in row[1])]
        if len(rows) > MAX_ROWS:
            raise UnreadableFileError("too_many")
        if not rows:
            raise UnreadableFileError("empty")
        self.headings = [cell.strip() for cell in rows[0][1]]
        self.rows = rows[1:]
        self.fields = [
            self.field_of_heading.get(" ".join(normalize_words(heading)))
            for heading in self.headings
        ]
        if not set(self.required) & set(self.fields):
            raise UnreadableFileError("no_heading")

    def heading_of(self, fname):
        """Return the heading under which a field was given, for messages."""
        if fname in self.fields:
            return self.headings[self.fields.index(fname)]
        return ""

    def values_of(self, cells):
        """Return ``{field: text}``; of several columns of a field the first filled."""
        values = dict.fromkeys(filter(None, self.fields), "")
        for fname, cell in zip(self.fields, cells, strict=False):
            if fname and not values[fname]:
                values[fname] = " ".join(cell.split())
        return values

    def _read_xlsx(self, content):
        import openpyxl  # loaded with the first file: it is slow to import

        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise UnreadableFileError("too_big")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True
            )
            rows = []
            for number, cells in enumerate(
                book.worksheets[0].iter_rows(values_only=True), 1
            ):
                rows.append((number, [self._cell_text(cell) for cell in cells], True))
                if len(rows) > 2 * MAX_ROWS:
                    raise UnreadableFileError("too_many")
        except UnreadableFileError:
            raise
        except Exception as error:  # openpyxl lets any exception of its parsers through
            raise UnreadableFileError("broken_excel") from error
        return rows

    @staticmethod
    def _cell_text(cell):
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell)

    def _read_csv(self, content):
        lines = self._decode(content)
        delimiter = self._guess_delimiter(lines)
        rows, start = [], 0
        while start < len(lines):
            cells, used = self._read_row(lines, start, delimiter)
            if cells is None:
                rows.append((start + 1, [lines[start].strip("\r\n")], False))
            else:
                readable = not any("\ufffd" in cell for cell in cells)
                rows.append((start + 1, cells, readable))
            start += used
        return rows

    @staticmethod
    def _decode(content):
        """Return the lines: UTF-8 or UTF-16 as a whole, else each as it can be.

        A line that is neither UTF-8 nor Windows' cp1252 keeps a mark (U+FFFD).
        """
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return content.decode("utf-16").splitlines(keepends=True)
            except UnicodeDecodeError as error:
                raise UnreadableFileError("binary") from error
        if b"\0" in content:
            raise UnreadableFileError("binary")
        content = content.removeprefix(b"\xef\xbb\xbf")
        lines = []
        for line in content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
            for encoding in ("utf-8", "cp1252"):
                try:
                    text = line.decode(encoding)
                    break
                except UnicodeDecodeError:
                    text = None
            if text is None:
                text = line.decode("utf-8", errors="replace")
            lines.append(text + "\n")
        return lines

    def _guess_delimiter(self, lines):
        """Return the delimiter that yields most known headings."""
        header = next(line for line in lines if line.strip())

        def known(delimiter):
            cells = [cell.strip(' "\n') for cell in header.split(delimiter)]
            words = [" ".join(normalize_words(cell)) for cell in cells]
            found = sum(heading in self.field_of_heading for heading in words)
            return found, len(cells)

        return max(DELIMITERS, key=known)

    @staticmethod
    def _read_row(lines, start, delimiter):
        """Read the row that begins at a line.

        :return: ``(cells, number of lines used)``; cells are None where no reading
            of the line makes sense, which then stands alone
        """
        text = ""
        for used, line in enumerate(lines[start : start + MAX_LINES_OF_ROW], 1):
            text += line
            if text.count('"') % 2:
                continue  # a quote is open
            try:
                parsed = list(
                    csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
                )
            except csv.Error:
                return None, 1
            if len(parsed) > 1:
                return None, 1
            return (parsed[0] if parsed else []), used
        return None, 1


class PeopleFile(TableFile):
    """A list of people; only their names are required."""

    field_of_heading = FIELD_OF_HEADING
    required = ("name",)

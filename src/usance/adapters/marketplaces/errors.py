"""What can be wrong with the form of a shop's file.

The first group concerns one line, which goes to the rejects file; the second concerns the file
or its mapping and stops the import before anything is written.
"""

from typing import Final

from usance.kernel.errors import Code

LINE_TOO_LONG: Final = Code(
    "line_too_long",
    422,
    "The line is longer than 65536 bytes.",
    "该行超过 65536 字节。",
    "Shorten the line's fields; lines must end with a line feed.",
    "请缩短该行字段;每行须以换行符结尾。",
)
BROKEN_BYTES: Final = Code(
    "broken_bytes",
    422,
    "The line has bytes that are no {value}.",
    "该行包含无效的 {value} 字节。",
    "Save the file as UTF-8, or name its encoding in the mapping file.",
    "请将文件另存为 UTF-8,或在映射文件中注明其编码。",
)
NUL_BYTE: Final = Code(
    "nul_byte",
    422,
    "The line has a NUL character.",
    "该行包含 NUL 字符。",
    "Export the line again; text has no NUL characters.",
    "请重新导出该行;文本中不应有 NUL 字符。",
)
UNCLOSED_QUOTE: Final = Code(
    "unclosed_quote",
    422,
    "A quotation mark is opened and not closed.",
    "引号未闭合。",
    "Close the quotation mark, or double it where it is part of the text.",
    "请闭合引号;若为文本内容请写成两个引号。",
)
BROKEN_QUOTES: Final = Code(
    "broken_quotes",
    422,
    "Something stands between a closing quotation mark and the next separator.",
    "闭合引号与下一个分隔符之间有多余内容。",
    "Double quotation marks that are part of the text.",
    "文本中的引号请写成两个引号。",
)
WRONG_FIELD_COUNT: Final = Code(
    "wrong_field_count",
    422,
    "The line has {value} fields, not as many as the header.",
    "该行有 {value} 个字段,与表头不一致。",
    "Put fields that contain the separator in quotation marks.",
    "含分隔符的字段请加引号。",
)
FIELD_TOO_LONG: Final = Code(
    "field_too_long",
    422,
    "{field} has {value} characters, more than it may.",
    "{field} 有 {value} 个字符,超出上限。",
    "Shorten it: numbers and codes to 60 characters, descriptions to 1000.",
    "请缩短:编号和代码不超过 60 个字符,描述不超过 1000 个字符。",
)
MALFORMED_CODE: Final = Code(
    "malformed_code",
    422,
    "{field}: {value} is empty or has characters that cannot be printed.",
    "{field}:{value} 为空或包含不可打印字符。",
    "Give every line its invoice number and stock code.",
    "每行须有发票号和货号。",
)
MALFORMED_QUANTITY: Final = Code(
    "malformed_quantity",
    422,
    "{field}: {value} is not a whole number of at most nine digits.",
    "{field}:{value} 不是九位以内的整数。",
    "Write the quantity in digits, without separators.",
    "请以数字填写数量,不带分隔符。",
)
MALFORMED_PRICE: Final = Code(
    "malformed_price",
    422,
    "{field}: {value} is not a price of at most nine digits before the point and six after it.",
    "{field}:{value} 不是有效单价(小数点前至多九位,后至多六位)。",
    "Write a plain decimal such as 12.75; in a file, with the decimal mark of its mapping.",
    "请填写普通小数,例如 12.75;文件中使用其映射指定的小数点。",
)
MALFORMED_TIME: Final = Code(
    "malformed_time",
    422,
    "{field}: {value} is not a time of the mapping's format between 1970 and 2199.",
    "{field}:{value} 不符合映射的时间格式,或不在 1970 至 2199 年之间。",
    "Correct the time, or `time_format` in the mapping file.",
    "请更正时间,或更正映射文件中的 time_format。",
)
MISSING_COLUMN: Final = Code(
    "missing_column",
    422,
    "The file has no column {field}: {value}.",
    "文件缺少列 {field}:{value}。",
    "Correct the file's header or the column's name in the mapping file.",
    "请更正文件表头,或映射文件中的列名。",
)
NO_HEADER: Final = Code(
    "no_header",
    422,
    "{field}: the file has no header: {value}.",
    "{field}:文件没有表头:{value}。",
    "The first line must name the columns, in UTF-8 or the mapping's encoding.",
    "首行须为列名,使用 UTF-8 或映射文件中注明的编码。",
)
BROKEN_FILE: Final = Code(
    "broken_file",
    422,
    "{field} cannot be read: {value}.",
    "无法读取 {field}:{value}。",
    "Copy or export the file again.",
    "请重新复制或导出该文件。",
)
BROKEN_MAPPING: Final = Code(
    "broken_mapping",
    422,
    "The mapping file {field} does not fit: {value}.",
    "映射文件 {field} 不符合要求:{value}。",
    "Compare it with uci_online_retail.toml, which ships with Usance.",
    "请对照随 Usance 提供的 uci_online_retail.toml。",
)
UNWRITABLE_REJECTS: Final = Code(
    "unwritable_rejects",
    422,
    "The rejects file {field} cannot be written: {value}.",
    "无法写入拒绝文件 {field}:{value}。",
    "Name another place for it; the import can be run again without harm.",
    "请指定其他位置;重新运行导入不会产生影响。",
)
CODES: Final = (
    LINE_TOO_LONG,
    BROKEN_BYTES,
    NUL_BYTE,
    UNCLOSED_QUOTE,
    BROKEN_QUOTES,
    WRONG_FIELD_COUNT,
    FIELD_TOO_LONG,
    MALFORMED_CODE,
    MALFORMED_QUANTITY,
    MALFORMED_PRICE,
    MALFORMED_TIME,
    MISSING_COLUMN,
    NO_HEADER,
    BROKEN_FILE,
    BROKEN_MAPPING,
    UNWRITABLE_REJECTS,
)

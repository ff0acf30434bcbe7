"""Messages: an email as it leaves, made of its texts and a contact's values.

Rendering a text is `package_format.templates`; here the parts become one email: HTML that mail
programs show as meant, with its styles inlined, and a plain text beside it. Sending is the engine's
business.
"""

from package_format.messages.composing import Composed, composed, put_together
from package_format.messages.parts import inlined, text_of

__all__ = ["Composed", "composed", "inlined", "put_together", "text_of"]

using CloudPos.Languages;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// What the page of a payment link says, in the languages of the receipts. Which one is chosen by what the
/// customer's browser asks for; English where it asks for none of them.
/// </summary>
internal sealed class PayTexts
{
    private static readonly (string Key, string En, string De, string Es)[] Table =
    [
        ("pay", "Pay {0}", "{0} bezahlen", "Pagar {0}"),
        ("for", "Receipt {0} of {1}", "Beleg {0} vom {1}", "Recibo {0} del {1}"),
        ("why",
            "The card payment for this purchase was not authorised. You can pay the open amount here.",
            "Die Kartenzahlung für diesen Einkauf wurde nicht genehmigt. Hier können Sie den offenen Betrag "
                + "bezahlen.",
            "El pago con tarjeta de esta compra no fue autorizado. Aquí puede pagar el importe pendiente."),
        ("number", "Card number", "Kartennummer", "Número de tarjeta"),
        ("expiry", "Valid until (month/year)", "Gültig bis (Monat/Jahr)", "Válida hasta (mes/año)"),
        ("wait", "One moment …", "Einen Moment …", "Un momento …"),
        ("safe",
            "Your card number goes encrypted to the card issuer and is not kept in readable form.",
            "Ihre Kartennummer geht verschlüsselt an die Kartengesellschaft und wird nicht lesbar "
                + "gespeichert.",
            "Su número de tarjeta se envía cifrado al emisor y no se guarda en forma legible."),
        ("declined",
            "The card ending in {0} was declined. Nothing was charged. You can try another card.",
            "Die Karte mit der Endung {0} wurde abgelehnt. Es wurde nichts abgebucht. Sie können eine andere "
                + "Karte versuchen.",
            "La tarjeta terminada en {0} fue rechazada. No se cobró nada. Puede probar otra tarjeta."),
        ("fault.Number", "This is no valid card number. Please check the digits.",
            "Das ist keine gültige Kartennummer. Bitte prüfen Sie die Ziffern.",
            "No es un número de tarjeta válido. Compruebe las cifras."),
        ("fault.Expiry", "Please give month and year as on the card, such as 04/29.",
            "Bitte geben Sie Monat und Jahr wie auf der Karte an, zum Beispiel 04/29.",
            "Indique mes y año como en la tarjeta, por ejemplo 04/29."),
        ("fault.Expired", "This card is no longer valid. Please take another one.",
            "Diese Karte ist nicht mehr gültig. Bitte nehmen Sie eine andere.",
            "Esta tarjeta ya no es válida. Utilice otra."),
        ("fault.Denied", "This card is not accepted here. Nothing was charged. Please take another one.",
            "Diese Karte wird hier nicht angenommen. Es wurde nichts abgebucht. Bitte nehmen Sie eine "
                + "andere.",
            "Aquí no se acepta esta tarjeta. No se cobró nada. Utilice otra."),
        ("fault.Form", "The page was out of date. Please enter the card again.",
            "Die Seite war nicht mehr aktuell. Bitte geben Sie die Karte noch einmal ein.",
            "La página no estaba actualizada. Introduzca la tarjeta de nuevo."),
        ("Asking", "We are finding out", "Wir fragen nach", "Lo estamos comprobando"),
        ("Asking.text",
            "The card issuer is being asked. Do not pay a second time: this page shows the answer as soon as "
                + "it is there. You can close it and come back later.",
            "Die Bank wird gefragt. Bitte zahlen Sie nicht noch einmal: Diese Seite zeigt die Antwort, "
                + "sobald sie da ist. Sie können sie schließen und später wiederkommen.",
            "Estamos preguntando al emisor. No pague otra vez: esta página mostrará la respuesta en cuanto "
                + "llegue. Puede cerrarla y volver más tarde."),
        ("again", "Look again", "Noch einmal nachsehen", "Volver a mirar"),
        ("Paid", "Paid. Thank you!", "Bezahlt. Vielen Dank!", "Pagado. ¡Gracias!"),
        ("Paid.text",
            "{0} were paid with the card ending in {1}. The link is used up; you can close this page.",
            "{0} wurden mit der Karte mit der Endung {1} bezahlt. Der Link ist verbraucht; Sie können diese "
                + "Seite schließen.",
            "Se pagaron {0} con la tarjeta terminada en {1}. El enlace ya no sirve; puede cerrar esta "
                + "página."),
        ("NotOwed", "Nothing is open", "Es ist nichts offen", "No hay nada pendiente"),
        ("NotOwed.text", "This amount has been paid already. Please do not pay again.",
            "Dieser Betrag ist bereits bezahlt. Bitte zahlen Sie nicht noch einmal.",
            "Este importe ya está pagado. No vuelva a pagar."),
        ("Closed", "Nothing is to be paid", "Es ist nichts zu bezahlen", "No hay nada que pagar"),
        ("Closed.text", "The shop has closed this matter. Nothing is charged.",
            "Der Laden hat den Vorgang abgeschlossen. Es wird nichts abgebucht.",
            "La tienda ha cerrado este asunto. No se cobra nada."),
        ("Withdrawn", "This link does not hold any more", "Dieser Link gilt nicht mehr",
            "Este enlace ya no es válido"),
        ("Withdrawn.text", "If you got another mail since, use the link in the newest one; or ask the shop.",
            "Falls Sie seither eine weitere Mail bekommen haben, nehmen Sie den Link aus der neuesten; oder "
                + "fragen Sie im Laden.",
            "Si recibió otro correo después, use el enlace del más reciente, o pregunte en la tienda."),
        ("Expired", "This link has expired", "Dieser Link ist abgelaufen", "Este enlace ha caducado"),
        ("Expired.text", "The amount is still open. Ask the shop for a new link, or pay there.",
            "Der Betrag ist noch offen. Bitten Sie den Laden um einen neuen Link, oder zahlen Sie dort.",
            "El importe sigue pendiente. Pida a la tienda un enlace nuevo o pague allí."),
        ("Exhausted", "No further card is taken here", "Hier wird keine weitere Karte angenommen",
            "Aquí no se acepta otra tarjeta"),
        ("Exhausted.text", "Several cards were declined. Nothing was charged. Please ask the shop.",
            "Mehrere Karten wurden abgelehnt. Es wurde nichts abgebucht. Bitte fragen Sie im Laden.",
            "Se rechazaron varias tarjetas. No se cobró nada. Pregunte en la tienda."),
        ("Unknown", "This address leads nowhere", "Diese Adresse führt nirgendwohin",
            "Esta dirección no lleva a ninguna parte"),
        ("Unknown.text", "Open the link from the mail once more, whole and unaltered.",
            "Öffnen Sie den Link aus der Mail noch einmal, vollständig und unverändert.",
            "Abra de nuevo el enlace del correo, completo y sin cambios."),
        ("TooOften", "Please wait a little", "Bitte warten Sie ein wenig", "Espere un poco"),
        ("TooOften.text", "It was tried too often. Nothing was charged. Come back in ten minutes.",
            "Es wurde zu oft versucht. Es wurde nichts abgebucht. Kommen Sie in zehn Minuten wieder.",
            "Se intentó demasiadas veces. No se cobró nada. Vuelva en diez minutos."),
        ("NoLine", "Not at the moment", "Im Augenblick nicht", "En este momento no"),
        ("NoLine.text", "The card issuers cannot be reached. Nothing was charged. Please try again later.",
            "Die Kartengesellschaften sind nicht erreichbar. Es wurde nichts abgebucht. Bitte versuchen Sie "
                + "es später.",
            "No se puede contactar con los emisores. No se cobró nada. Inténtelo más tarde."),
        ("mail.offer", "Please pay: receipt {0}, {1}", "Bitte bezahlen: Beleg {0}, {1}",
            "Pago pendiente: recibo {0}, {1}"),
        ("mail.offer.why",
            "A card payment of {0} at {1} on {2} was not authorised (receipt {3}). The amount is still open.",
            "Eine Kartenzahlung von {0} bei {1} am {2} wurde nicht genehmigt (Beleg {3}). Der Betrag ist "
                + "noch offen.",
            "Un pago con tarjeta de {0} en {1} del {2} no fue autorizado (recibo {3}). El importe sigue "
                + "pendiente."),
        ("mail.offer.how", "You can pay it here with a card, until {0}:",
            "Sie können ihn hier mit einer Karte bezahlen, bis {0}:",
            "Puede pagarlo aquí con una tarjeta, hasta el {0}:"),
        ("mail.offer.safe",
            "The address is for you alone and works for one payment. Nobody from the shop asks for your card "
                + "number by mail or telephone. You can also pay at the shop: {0}.",
            "Die Adresse ist nur für Sie und gilt für eine Zahlung. Niemand aus dem Laden fragt per Mail "
                + "oder Telefon nach Ihrer Kartennummer. Sie können auch im Laden bezahlen: {0}.",
            "La dirección es solo para usted y sirve para un pago. Nadie de la tienda le pedirá el número de "
                + "tarjeta por correo o teléfono. También puede pagar en la tienda: {0}."),
        ("mail.paid", "Paid: receipt {0}, {1}", "Bezahlt: Beleg {0}, {1}", "Pagado: recibo {0}, {1}"),
        ("mail.paid.what", "Thank you. {0} for receipt {1} of {2} are paid.",
            "Vielen Dank. {0} zum Beleg {1} vom {2} sind bezahlt.",
            "Gracias. {0} del recibo {1} del {2} están pagados."),
        ("mail.paid.card", "Paid online with {0} **** {1} on {2}", "Online bezahlt mit {0} **** {1} am {2}",
            "Pagado en línea con {0} **** {1} el {2}"),
        ("mail.paid.code", "Authorisation code {0}, reference {1}", "Genehmigungscode {0}, Referenz {1}",
            "Código de autorización {0}, referencia {1}"),
        ("shop", "Questions? {0}", "Fragen? {0}", "¿Preguntas? {0}"),
    ];

    private static readonly PayTexts[] All =
    [
        new(Locale.Of("en-GB"), Table.ToDictionary(row => row.Key, row => row.En)),
        new(Locale.Of("de-DE"), Table.ToDictionary(row => row.Key, row => row.De)),
        new(Locale.Of("es-ES"), Table.ToDictionary(row => row.Key, row => row.Es)),
    ];

    private readonly Dictionary<string, string> _texts;

    private PayTexts(Locale locale, Dictionary<string, string> texts) => (Locale, _texts) = (locale, texts);

    public Locale Locale { get; }

    /// <summary>Those of a store.</summary>
    public static PayTexts In(Locale locale) => All.Single(known => known.Locale.Language == locale.Language);

    /// <summary>The first language of Accept-Language that is known here (RFC 9110, 12.5.4).</summary>
    public static PayTexts Of(string languages)
    {
        foreach (var wanted in languages.Split(',', 20))
        {
            var name = wanted.Split(';')[0].Trim();
            foreach (var known in All)
                if (name.StartsWith(known.Locale.Language, StringComparison.OrdinalIgnoreCase)
                    && (name.Length == 2 || name[2] == '-'))
                    return known;
        }
        return All[0];
    }

    public string this[string key, params ReadOnlySpan<object?> values] =>
        string.Format(null, _texts[key], values);
}

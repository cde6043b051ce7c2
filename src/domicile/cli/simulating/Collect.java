// Acts as the ODK Collect app does, on its own engine: fetches the forms of a server, verifies their hashes, fills some
// and sends them. Run: java -cp ODK_Validate.jar Collect.java SERVER_URL FORM LANGUAGE FOLDER < PLAN
//
// PLAN, one line each: `path = value` answers a question; `path ! value` must be refused by the form. Paths leave out the
// root; only rows of a repeat after the first have a number: home/newcomer[2]/name. A value of `@label` chooses by label.
// What has no line is left empty. A line of `---` begins the plan of another filled form: all are filled before the first is
// sent. `$send = 2` sends each so often, the same bytes; `$quiet = yes` leaves out what was asked.
// Prints one line each: FORM, ASKED, CHOICE, REFUSED, FILLED, SENT; FAILED ends with 1.

import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import javax.xml.parsers.DocumentBuilderFactory;
import org.javarosa.core.model.*;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.*;
import org.javarosa.core.reference.*;
import org.javarosa.core.services.*;
import org.javarosa.core.services.locale.Localizer;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.core.services.transport.payload.ByteArrayPayload;
import org.javarosa.form.api.*;
import org.javarosa.model.xform.*;
import org.javarosa.xform.util.XFormUtils;
import org.w3c.dom.*;

public class Collect {
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final String LINE = "\r\n";
    static boolean quiet;

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(out);
        try {
            run(arguments[0], arguments[1], arguments[2], Path.of(arguments[3]));
        } catch (Failed failed) {
            out.println("FAILED " + failed.getMessage());
            System.exit(1);
        }
    }

    static void run(String server, String formId, String language, Path folder) throws Exception {
        List<Map<String, List<String>>> plans = readPlans();
        quiet = plans.get(0).containsKey("$quiet");
        new XFormsModule().registerModule();
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        PropertyManager.setPropertyManager(new Properties());
        Files.createDirectories(folder);
        ReferenceManager.instance().addReferenceFactory(new Files_(folder));

        Element listed = find(parse(get(server + "/formList?deviceID=test")), "xform", "formID", formId);
        byte[] xml = get(text(listed, "downloadUrl"));
        verify(xml, text(listed, "hash"), formId);
        Path formFile = folder.resolve(formId + ".xml");
        Files.write(formFile, xml);
        if (!text(listed, "manifestUrl").isEmpty()) {
            NodeList files = parse(get(text(listed, "manifestUrl"))).getElementsByTagNameNS("*", "mediaFile");
            for (int i = 0; i < files.getLength(); i++) {
                Element file = (Element) files.item(i);
                byte[] content = get(text(file, "downloadUrl"));
                verify(content, text(file, "hash"), text(file, "filename"));
                check(file.getAttribute("type").equals("entityList"), "no entity list: " + text(file, "filename"));
                Files.write(folder.resolve(text(file, "filename")), content);
            }
        }
        System.out.println("FORM " + formId + " " + text(listed, "version") + " " + text(listed, "name"));
        List<byte[]> filled = new ArrayList<>();
        for (Map<String, List<String>> plan : plans) {
            filled.add(fill(formFile, language, plan, folder));
            String name = filled.size() == 1 ? "submission.xml" : "submission-" + filled.size() + ".xml";
            Files.write(folder.resolve(name), filled.get(filled.size() - 1));
            if (plans.size() > 1) System.out.println("FILLED " + filled.size());
        }
        int times = Integer.parseInt(plans.get(0).getOrDefault("$send", List.of("=1")).get(0).substring(1).trim());
        for (int time = 0; time < times; time++)
            for (int i = 0; i < filled.size(); i++)
                send(server + "/submission?deviceID=test", filled.get(i), folder, photos(plans.get(i)));
    }

    static List<String> photos(Map<String, List<String>> plan) {
        List<String> photos = new ArrayList<>();
        for (String photo : plan.getOrDefault("$photos", List.of())) photos.add(photo.substring(1).trim());
        return photos;
    }

    // --- the form ----------------------------------------------------------------------------------------------------

    static byte[] fill(Path file, String language, Map<String, List<String>> plan, Path folder) throws Exception {
        FormDef form;
        try (InputStream stream = Files.newInputStream(file)) {
            form = XFormUtils.getFormFromInputStream(stream);
        }
        FormEntryController entry = new FormEntryController(new FormEntryModel(form));
        form.initialize(true, new InstanceInitializationFactory());
        Localizer localizer = form.getLocalizer();
        check(Arrays.asList(localizer.getAvailableLocales()).contains(language), "no language " + language);
        entry.setLanguage(language);
        Set<String> used = new HashSet<>();
        for (int event = entry.jumpToIndex(FormIndex.createBeginningOfFormIndex());
                event != FormEntryController.EVENT_END_OF_FORM; event = entry.stepToNextEvent()) {
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) continue;
            if (event == FormEntryController.EVENT_QUESTION) answer(entry, plan, used);
        }
        for (String path : plan.keySet()) check(path.startsWith("$") || used.contains(path), "never asked: " + path);
        ValidateOutcome wrong = form.validate();
        check(wrong == null, "the form is not valid: " + (wrong == null ? "" : wrong.failedPrompt.getReference()));
        form.postProcessInstance();
        XFormSerializingVisitor visitor = new XFormSerializingVisitor();
        ByteArrayPayload payload = (ByteArrayPayload) visitor.createSerializedPayload(form.getMainInstance());
        try (InputStream stream = payload.getPayloadStream()) {
            return stream.readAllBytes();
        }
    }

    static void answer(FormEntryController entry, Map<String, List<String>> plan, Set<String> used) {
        FormEntryPrompt prompt = entry.getModel().getQuestionPrompt();
        String path = path(prompt.getIndex().getReference());
        if (!quiet) System.out.println("ASKED " + path + " | " + prompt.getLongText() + " | " + prompt.getHelpText());
        if (!quiet && prompt.getSelectChoices() != null)
            for (SelectChoice choice : prompt.getSelectChoices())
                System.out.println("CHOICE " + path + " | " + choice.getValue() + " | " + prompt.getSelectChoiceText(choice));
        used.add(path);
        for (String line : plan.getOrDefault(path, List.of())) {
            boolean refused = line.startsWith("!");
            int status = entry.answerQuestion(data(prompt, line.substring(1).trim()), true);
            if (refused) {
                check(status == FormEntryController.ANSWER_CONSTRAINT_VIOLATED, "not refused: " + path + " " + line);
                System.out.println("REFUSED " + path + " | " + prompt.getConstraintText());
            } else check(status == FormEntryController.ANSWER_OK, "not taken (" + status + "): " + path + " " + line);
        }
        if (!plan.containsKey(path) && prompt.isRequired())
            check(false, "required and not planned: " + path);
    }

    static IAnswerData data(FormEntryPrompt prompt, String value) {
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(choice(prompt, value));
            case Constants.CONTROL_SELECT_MULTI:
                List<Selection> chosen = new ArrayList<>();
                for (String one : value.split(" ; ")) chosen.add(choice(prompt, one.trim()));
                return new SelectMultiData(chosen);
            default:
                if (prompt.getDataType() == Constants.DATATYPE_DATE)
                    return new DateData(org.javarosa.core.model.utils.DateUtils.parseDate(value));
                if (prompt.getDataType() == Constants.DATATYPE_INTEGER) return new IntegerData(Integer.parseInt(value));
                return new StringData(value);
        }
    }

    static Selection choice(FormEntryPrompt prompt, String value) {
        for (SelectChoice choice : prompt.getSelectChoices()) {
            boolean fits = value.startsWith("@")
                ? prompt.getSelectChoiceText(choice).startsWith(value.substring(1)) : choice.getValue().equals(value);
            if (fits) return choice.selection();
        }
        throw new Failed("no such choice: " + value);
    }

    static String path(TreeReference reference) {
        StringBuilder path = new StringBuilder();
        for (int i = 1; i < reference.size(); i++) {
            if (i > 1) path.append('/');
            path.append(reference.getName(i));
            if (reference.getMultiplicity(i) > 0) path.append('[').append(reference.getMultiplicity(i) + 1).append(']');
        }
        return path.toString();
    }

    static List<Map<String, List<String>>> readPlans() throws IOException {
        List<Map<String, List<String>>> plans = new ArrayList<>();
        plans.add(new LinkedHashMap<>());
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.equals("---")) plans.add(new LinkedHashMap<>());
            String[] parts = line.split(" (?=[=!] )", 2);
            if (parts.length == 2)
                plans.get(plans.size() - 1).computeIfAbsent(parts[0].trim(), k -> new ArrayList<>()).add(parts[1].trim());
        }
        return plans;
    }

    // --- the server --------------------------------------------------------------------------------------------------

    static byte[] get(String url) throws Exception {
        HttpResponse<byte[]> answer = HTTP.send(
            HttpRequest.newBuilder(URI.create(url)).header("X-OpenRosa-Version", "1.0").build(),
            HttpResponse.BodyHandlers.ofByteArray());
        check(answer.statusCode() == 200, answer.statusCode() + " for " + url.replaceAll("key/[^/]+", "key/…"));
        check(answer.headers().firstValue("X-OpenRosa-Version").orElse("").equals("1.0"), "no X-OpenRosa-Version");
        return answer.body();
    }

    static void send(String url, byte[] filled, Path folder, List<String> photos) throws Exception {
        HttpResponse<Void> head = HTTP.send(
            HttpRequest.newBuilder(URI.create(url)).method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.discarding());
        check(head.statusCode() == 204, "HEAD gave " + head.statusCode());
        check(head.headers().firstValue("X-OpenRosa-Accept-Content-Length").isPresent(), "no length is told");
        String target = head.headers().firstValue("Location").orElse(url);
        String boundary = "----" + UUID.randomUUID();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, boundary, "xml_submission_file", "submission.xml", "text/xml", filled);
        for (String photo : photos)
            part(body, boundary, photo, photo, "image/jpeg", Files.readAllBytes(folder.resolve(photo)));
        body.write(("--" + boundary + "--" + LINE).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = HTTP.send(
            HttpRequest.newBuilder(URI.create(target)).header("X-OpenRosa-Version", "1.0")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build(),
            HttpResponse.BodyHandlers.ofString());
        check(answer.statusCode() == 201 || answer.statusCode() == 202, "POST gave " + answer.statusCode() + answer.body());
        System.out.println("SENT " + answer.statusCode());
    }

    static void part(OutputStream body, String boundary, String name, String file, String type, byte[] content)
            throws IOException {
        String head = "--" + boundary + LINE + "Content-Disposition: form-data; name=\"" + name + "\"; filename=\"" + file
            + "\"" + LINE + "Content-Type: " + type + LINE + LINE;
        body.write(head.getBytes(StandardCharsets.UTF_8));
        body.write(content);
        body.write(LINE.getBytes(StandardCharsets.UTF_8));
    }

    static void verify(byte[] content, String hash, String name) throws Exception {
        StringBuilder found = new StringBuilder("md5:");
        for (byte one : MessageDigest.getInstance("MD5").digest(content)) found.append(String.format("%02x", one));
        check(found.toString().equals(hash), "the hash of " + name + " is " + found + ", told was " + hash);
    }

    static Document parse(byte[] xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    }

    static Element find(Document document, String tag, String key, String value) {
        NodeList found = document.getElementsByTagNameNS("http://openrosa.org/xforms/xformsList", tag);
        for (int i = 0; i < found.getLength(); i++)
            if (text((Element) found.item(i), key).equals(value)) return (Element) found.item(i);
        throw new Failed("not listed: " + value);
    }

    static String text(Element element, String name) {
        NodeList found = element.getElementsByTagNameNS("*", name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    static void check(boolean fits, String otherwise) {
        if (!fits) throw new Failed(otherwise);
    }

    static class Failed extends RuntimeException {
        Failed(String message) { super(message); }
    }

    /** jr://file…/name is a file of the folder. */
    static class Files_ extends PrefixedRootFactory {
        final Path folder;
        Files_(Path folder) { super(new String[] {"file", "file-csv"}); this.folder = folder; }
        @Override protected Reference factory(String terminal, String uri) {
            Path file = folder.resolve(Path.of(terminal).getFileName());
            return new Reference() {
                public boolean doesBinaryExist() { return Files.exists(file); }
                public InputStream getStream() throws IOException { return Files.newInputStream(file); }
                public String getURI() { return uri; }
                public String getLocalURI() { return file.toString(); }
                public boolean isReadOnly() { return true; }
                public OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
                public void remove() { throw new UnsupportedOperationException(); }
                public Reference[] probeAlternativeReferences() { return new Reference[0]; }
            };
        }
    }

    /** Nothing of the phone is told to a form. */
    static class Properties implements IPropertyManager {
        public List<String> getProperty(String name) { return List.of(); }
        public void setProperty(String name, String value) {}
        public void setProperty(String name, List<String> value) {}
        public String getSingularProperty(String name) { return ""; }
        public void addRules(IPropertyRules rules) {}
        public List<IPropertyRules> getRules() { return List.of(); }
    }
}
